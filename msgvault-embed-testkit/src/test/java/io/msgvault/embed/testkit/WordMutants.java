package io.msgvault.embed.testkit;

import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordQuery.Phrase;
import io.msgvault.embed.store.WordQuery.Prefix;
import io.msgvault.embed.store.WordQuery.Term;
import io.msgvault.embed.store.WordQuery.Word;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.text.Stemmer;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Indexes of words that are broken in one way each. */
final class WordMutants {
  private WordMutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>(writing());
    all.addAll(searching());
    all.addAll(keeping());
    return all;
  }

  private static List<Mutant> writing() {
    return List.of(
        Mutant.words(
            "WI-1",
            "an edited message keeps its former words",
            () -> {
              Map<Long, String> former = new ConcurrentHashMap<>();
              return writing(
                  message -> {
                    String body =
                        former.merge(
                            message.messageId(),
                            String.join(" ", message.texts().values()),
                            (before, now) -> before + " " + now);
                    return new MessageWords(
                        message.messageId(), message.revision(), Map.of(WordField.BODY, body));
                  });
            }),
        Mutant.eachWordIndex(
            "WI-1",
            "a batch is written up to the message that comes twice",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public void upsert(Collection<MessageWords> batch) {
                    batch.forEach(message -> super.upsert(List.of(message)));
                    super.upsert(batch);
                  }
                }),
        Mutant.words(
            "WI-3",
            "each instance caches what it has found",
            () ->
                index -> {
                  Map<WordQuery, List<WordHit>> cache = new ConcurrentHashMap<>();
                  return new ForwardingWordIndex(index) {
                    @Override
                    public void upsert(Collection<MessageWords> batch) {
                      super.upsert(batch);
                      cache.clear();
                    }

                    @Override
                    public List<WordHit> search(WordQuery query, int k) {
                      return cache.computeIfAbsent(query, asked -> super.search(asked, k));
                    }
                  };
                }),
        Mutant.eachWordIndex(
            "WI-3",
            "former words are deleted before the new ones are written",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public void upsert(Collection<MessageWords> batch) {
                    super.delete(batch.stream().map(MessageWords::messageId).toList());
                    Rendezvous.pause();
                    super.upsert(batch);
                  }
                }),
        Mutant.eachWordIndex(
            "WI-4",
            "messages without words are not counted",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public long size() {
                    return super.statistics(List.of()).messages();
                  }
                }),
        Mutant.eachWordIndex(
            "WI-4",
            "only the first thousand ids are deleted",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public void delete(Collection<Long> messageIds) {
                    super.delete(
                        messageIds.stream()
                            .sorted(Comparator.reverseOrder())
                            .limit(1_000)
                            .toList());
                  }
                }),
        Mutant.eachWordIndex(
            "WI-5",
            "entries begin with the id that was given",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public List<MessageRevision> entries(long afterId, int limit) {
                    return super.entries(Math.max(0, afterId - 1), limit);
                  }
                }),
        Mutant.eachWordIndex(
            "WI-5",
            "ids are ordered as text",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public List<MessageRevision> entries(long afterId, int limit) {
                    String after = afterId == 0 ? "" : String.valueOf(afterId);
                    return super.entries(0, Integer.MAX_VALUE).stream()
                        .filter(entry -> text(entry).compareTo(after) > 0)
                        .sorted(Comparator.comparing(WordMutants::text))
                        .limit(limit)
                        .toList();
                  }
                }),
        Mutant.eachWordIndex(
            "WI-5",
            "given ids are listed in the order in which they are given",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public List<MessageRevision> entries(Collection<Long> messageIds) {
                    return messageIds.stream()
                        .flatMap(id -> super.entries(List.of(id)).stream())
                        .toList();
                  }
                }),
        Mutant.eachWordIndex(
            "WI-5",
            "of given ids, those without words are left out",
            index ->
                new ForwardingWordIndex(index) {
                  private final Set<Long> blank = ConcurrentHashMap.newKeySet();

                  @Override
                  public void upsert(Collection<MessageWords> batch) {
                    super.upsert(batch);
                    batch.stream()
                        .filter(message -> String.join("", message.texts().values()).isEmpty())
                        .forEach(message -> blank.add(message.messageId()));
                  }

                  @Override
                  public List<MessageRevision> entries(Collection<Long> messageIds) {
                    return super.entries(messageIds).stream()
                        .filter(entry -> !blank.contains(entry.messageId()))
                        .toList();
                  }
                }),
        Mutant.eachWordIndex(
            "WI-6",
            "a lower revision is taken for an older one",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public void upsert(Collection<MessageWords> batch) {
                    Map<Long, Long> held = new HashMap<>();
                    super.entries(0, Integer.MAX_VALUE)
                        .forEach(entry -> held.put(entry.messageId(), entry.revision()));
                    super.upsert(
                        batch.stream()
                            .filter(
                                message ->
                                    held.getOrDefault(message.messageId(), 0L)
                                        <= message.revision())
                            .toList());
                  }
                }),
        Mutant.words(
            "WI-13",
            "words beyond the ten-thousandth are not indexed",
            () ->
                writing(
                    message ->
                        withTexts(
                            message,
                            text ->
                                text.split(" ", 10_001).length > 10_000
                                    ? String.join(
                                        " ", List.of(text.split(" ", 10_001)).subList(0, 10_000))
                                    : text))),
        Mutant.eachWordIndex(
            "WI-13",
            "a text with U+0000 is refused",
            index ->
                writing(
                        message ->
                            withTexts(
                                message,
                                text -> {
                                  if (text.indexOf('\0') >= 0) {
                                    throw new IllegalArgumentException("invalid byte sequence");
                                  }
                                  return text;
                                }))
                    .apply(index)));
  }

  private static String text(MessageRevision entry) {
    return String.valueOf(entry.messageId());
  }

  private static UnaryOperator<WordIndex> writing(UnaryOperator<MessageWords> flaw) {
    return index ->
        new ForwardingWordIndex(index) {
          @Override
          public void upsert(Collection<MessageWords> batch) {
            MessageWords.requireValid(batch);
            super.upsert(batch.stream().map(flaw).toList());
          }
        };
  }

  private static MessageWords withTexts(MessageWords message, UnaryOperator<String> flaw) {
    Map<WordField, String> texts = new HashMap<>(message.texts());
    texts.replaceAll((field, text) -> flaw.apply(text));
    return new MessageWords(message.messageId(), message.revision(), texts);
  }

  private static List<Mutant> searching() {
    return List.of(
        Mutant.eachWordIndex(
            "WI-7",
            "equal messages come in the order of their ids from above",
            hits(
                (query, hits) ->
                    hits.stream()
                        .sorted(
                            Comparator.comparingDouble(WordHit::score)
                                .thenComparingLong(WordHit::messageId)
                                .reversed())
                        .toList())),
        Mutant.eachWordIndex(
            "WI-7",
            "every term must match",
            searchingFor(
                query ->
                    query.terms().size() > 2
                        ? new WordQuery(Map.of(new Word("every", "every"), 1))
                        : query)),
        Mutant.words(
            "WI-8",
            "the subject counts as any other field",
            () ->
                writing(
                    message ->
                        new MessageWords(
                            message.messageId(),
                            message.revision(),
                            Map.of(
                                WordField.BODY, String.join(" \n ", message.texts().values()))))),
        Mutant.eachWordIndex(
            "WI-8",
            "a word that is asked twice counts once",
            searchingFor(query -> new WordQuery(mapped(query.terms(), term -> true, 1)))),
        Mutant.eachWordIndex(
            "WI-8",
            "exact forms do not count",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public List<WordHit> search(WordQuery query, int k) {
                    return super.search(stemsOnly(query), k);
                  }

                  @Override
                  public List<WordHit> search(WordQuery query, int k, Collection<Long> ids) {
                    return super.search(stemsOnly(query), k, ids);
                  }
                }),
        Mutant.eachWordIndex(
            "WI-9",
            "a word that is nowhere weighs most",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public List<WordHit> search(WordQuery query, int k) {
                    long known =
                        super.statistics(query.terms().keySet()).frequencies().values().stream()
                            .filter(frequency -> frequency > 0)
                            .count();
                    double share = (double) known / query.terms().size();
                    return super.search(query, k).stream()
                        .map(
                            hit ->
                                new WordHit(hit.messageId(), hit.revision(), hit.score() * share))
                        .toList();
                  }
                }),
        Mutant.eachWordIndex(
            "WI-10",
            "the best of all are searched for the given messages",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public List<WordHit> search(WordQuery query, int k, Collection<Long> ids) {
                    return super.search(query, k).stream()
                        .filter(hit -> ids.contains(hit.messageId()))
                        .toList();
                  }
                }),
        Mutant.eachWordIndex(
            "WI-10",
            "ids beyond the limit of parameters are dropped",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public List<WordHit> search(WordQuery query, int k, Collection<Long> ids) {
                    return super.search(
                        query,
                        k,
                        ids.stream().sorted(Comparator.reverseOrder()).limit(60_000).toList());
                  }
                }),
        Mutant.eachWordIndex(
            "WI-11",
            "a phrase is found by its first word",
            searchingFor(
                query ->
                    new WordQuery(
                        replaced(
                            query.terms(),
                            term ->
                                term instanceof Phrase phrase
                                    ? new Prefix(phrase.surfaces().get(0))
                                    : term)))),
        Mutant.eachWordIndex(
            "WI-11",
            "a prefix is a word",
            searchingFor(
                query ->
                    new WordQuery(
                        replaced(
                            query.terms(),
                            term ->
                                term instanceof Prefix prefix
                                    ? new Word(prefix.beginning(), prefix.beginning())
                                    : term)))),
        Mutant.eachWordIndex(
            "WI-12",
            "NEAR is an operator",
            searchingFor(
                query ->
                    query.terms().containsKey(new Word("near", "near"))
                        ? new WordQuery(
                            mapped(
                                query.terms(),
                                term ->
                                    !term.equals(new Word("tea", "tea"))
                                        && !term.equals(new Word("soup", "soup")),
                                1))
                        : query)),
        Mutant.eachWordIndex(
            "WI-14",
            "messages without words are counted",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public WordStatistics statistics(Collection<Term> terms) {
                    WordStatistics real = super.statistics(terms);
                    return new WordStatistics(size(), real.meanLength(), real.frequencies());
                  }
                }));
  }

  private static WordQuery stemsOnly(WordQuery query) {
    return new WordQuery(
        replaced(
            query.terms(),
            term -> term instanceof Word word ? new Word(word.stem(), word.stem()) : term));
  }

  private static Map<Term, Integer> replaced(Map<Term, Integer> terms, UnaryOperator<Term> flaw) {
    Map<Term, Integer> replaced = new LinkedHashMap<>();
    terms.forEach((term, count) -> replaced.merge(flaw.apply(term), count, Integer::sum));
    return replaced;
  }

  private static Map<Term, Integer> mapped(
      Map<Term, Integer> terms, Predicate<Term> kept, int count) {
    Map<Term, Integer> mapped = new LinkedHashMap<>();
    terms.keySet().stream().filter(kept).forEach(term -> mapped.put(term, count));
    return mapped;
  }

  private static UnaryOperator<WordIndex> searchingFor(UnaryOperator<WordQuery> flaw) {
    return index ->
        new ForwardingWordIndex(index) {
          @Override
          public List<WordHit> search(WordQuery query, int k) {
            return super.search(flaw.apply(query), k);
          }
        };
  }

  /** A flaw in the list of hits. */
  @FunctionalInterface
  private interface HitsFlaw {
    List<WordHit> of(WordQuery query, List<WordHit> hits);
  }

  private static UnaryOperator<WordIndex> hits(HitsFlaw flaw) {
    return index ->
        new ForwardingWordIndex(index) {
          @Override
          public List<WordHit> search(WordQuery query, int k) {
            return flaw.of(query, super.search(query, k));
          }
        };
  }

  private static List<Mutant> keeping() {
    return List.of(
        Mutant.eachWordIndex(
            "WI-2",
            "what was deleted comes back",
            index ->
                new ForwardingWordIndex(index) {
                  private final Map<Long, MessageWords> written = new ConcurrentHashMap<>();
                  private Collection<Long> deleted = List.of();

                  @Override
                  public void upsert(Collection<MessageWords> batch) {
                    super.upsert(batch);
                    batch.forEach(message -> written.put(message.messageId(), message));
                  }

                  @Override
                  public void delete(Collection<Long> messageIds) {
                    super.delete(messageIds);
                    deleted = messageIds;
                  }

                  @Override
                  public void close() {
                    for (Long id : deleted) {
                      Optional.ofNullable(written.remove(id))
                          .ifPresent(message -> super.upsert(List.of(message)));
                    }
                    super.close();
                  }
                }),
        Mutant.wordsFixture(
            "WI-15",
            "words of another policy are taken as they are",
            () ->
                new InMemoryWordsFixture() {
                  @Override
                  public WordIndex open(WordAnalyzer analyzer) {
                    return super.open(WordAnalyzer.english());
                  }
                }),
        Mutant.wordsFixture(
            "WI-15",
            "words of another policy are dropped",
            () ->
                new InMemoryWordsFixture() {
                  @Override
                  public WordIndex open(WordAnalyzer analyzer) {
                    WordIndex index = super.open(WordAnalyzer.english());
                    if (analyzer.policy().equals(WordAnalyzer.with(Stemmer.none()).policy())) {
                      index.delete(
                          index.entries(0, 99).stream().map(MessageRevision::messageId).toList());
                    }
                    return index;
                  }
                }),
        Mutant.words(
            "WI-16",
            "another archive takes the place of the first",
            () -> {
              Map<String, UUID> bound = new ConcurrentHashMap<>();
              return index ->
                  new ForwardingWordIndex(index) {
                    @Override
                    public void bind(UUID archive) {
                      bound.put("archive", archive);
                    }

                    @Override
                    public Optional<UUID> archive() {
                      return Optional.ofNullable(bound.get("archive"));
                    }
                  };
            }),
        Mutant.eachWordIndex(
            "WI-18",
            "each instance remembers its own last run",
            index ->
                new ForwardingWordIndex(index) {
                  private OptionalLong run = OptionalLong.empty();

                  @Override
                  public OptionalLong lastRun() {
                    return run;
                  }

                  @Override
                  public void recordRun(long noted) {
                    run = OptionalLong.of(noted);
                  }
                }),
        Mutant.eachWordIndex(
            "WI-18",
            "a run with a lower id is taken for an older one",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public void recordRun(long run) {
                    super.recordRun(Math.max(run, super.lastRun().orElse(run)));
                  }
                }),
        Mutant.eachWordIndex(
            "WI-17",
            "a closed index goes on",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public void close() {
                    // The connection stays open.
                  }
                }));
  }
}
