package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveMessage.Content;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryArchive.Row;
import io.msgvault.embed.memory.internal.KeywordRanking;
import io.msgvault.embed.memory.internal.KeywordRanking.Match;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.KeywordQuery.Exact;
import io.msgvault.embed.store.KeywordQuery.Occurrence;
import io.msgvault.embed.store.KeywordQuery.Phrase;
import io.msgvault.embed.store.KeywordQuery.Term;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorHit;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stores whose searches are broken in one way each. */
final class KeywordMutants {
  private KeywordMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.eachMessageStore(
            "MS-19",
            "words are found whatever the filter",
            searching(
                (real, query, filter, limit) ->
                    real.keywordSearch(query, MessageFilter.ALL, limit))),
        Mutant.messages(
            "MS-19",
            "a deleted message is found by its words",
            archive -> over(archive, row -> true, content -> content)),
        Mutant.messages(
            "MS-19",
            "subjects are not searched",
            archive ->
                over(
                    archive,
                    Row::live,
                    content -> new Content("", content.text(), content.html()))),
        Mutant.messages(
            "MS-19",
            "HTML is searched beside the text",
            archive ->
                over(
                    archive,
                    Row::live,
                    content ->
                        new Content(content.subject(), content.text() + " " + content.html(), ""))),
        Mutant.messages(
            "MS-19",
            "diacritics make other words",
            archive ->
                over(
                    archive,
                    Row::live,
                    content ->
                        new Content(
                            content.subject().replace('ï', 'ы'),
                            content.text().replace('ï', 'ы'),
                            content.html()))),
        Mutant.eachMessageStore(
            "MS-19",
            "the words of a phrase may stand anywhere",
            searching(KeywordMutants::phrasesAsFirstWords)),
        Mutant.eachMessageStore(
            "MS-20",
            "candidates and counts come from two reads",
            searching(KeywordMutants::readTwice)),
        Mutant.eachMessageStore(
            "MS-20",
            "frequencies are of the candidates",
            searching(
                (real, query, filter, limit) -> {
                  KeywordCandidates found = real.keywordSearch(query, filter, limit);
                  long count = found.ids().size();
                  return new KeywordCandidates(
                      found.ids(),
                      found.hasMore(),
                      found.liveMessages(),
                      query.terms().stream()
                          .collect(Collectors.toMap(term -> term, term -> count)));
                })),
        Mutant.eachMessageStore(
            "MS-21",
            "it never says that there are more",
            searching(
                (real, query, filter, limit) -> {
                  KeywordCandidates found = real.keywordSearch(query, filter, limit);
                  return new KeywordCandidates(
                      found.ids(), false, found.liveMessages(), found.documentFrequencies());
                })),
        Mutant.eachMessageStore(
            "MS-21",
            "the limit is on entries, of which a message may have two",
            searching(
                (real, query, filter, limit) ->
                    real.keywordSearch(query, filter, Math.max(1, limit / 2)))),
        Mutant.eachMessageStore(
            "MS-21",
            "of too many, those with the lowest ids are proposed",
            searching(
                (real, query, filter, limit) -> {
                  KeywordCandidates found = real.keywordSearch(query, filter, Integer.MAX_VALUE);
                  return new KeywordCandidates(
                      found.ids().stream().limit(limit).toList(),
                      found.ids().size() > limit,
                      found.liveMessages(),
                      found.documentFrequencies());
                })),
        Mutant.messages(
            "MS-21",
            "all terms weigh alike",
            archive ->
                weighing(
                    archive,
                    (match, message, terms) ->
                        new Match(
                            match.id(),
                            terms.in(message).stream().distinct().count(),
                            match.inSubject()))),
        Mutant.messages(
            "MS-21",
            "a term weighs as often as it occurs",
            archive ->
                weighing(
                    archive,
                    (match, message, terms) ->
                        new Match(match.id(), terms.weight(terms.in(message)), match.inSubject()))),
        Mutant.messages(
            "MS-21",
            "of equals, those with the lower ids are proposed",
            archive ->
                ordering(
                    archive,
                    Comparator.comparingLong(Match::weight)
                        .thenComparing(Match::inSubject)
                        .reversed()
                        .thenComparing(Match::id))),
        Mutant.messages(
            "MS-21",
            "of equals, those with the higher ids are proposed whatever their subjects",
            archive ->
                ordering(
                    archive,
                    Comparator.comparingLong(Match::weight).thenComparing(Match::id).reversed())),
        Mutant.messages(
            "MS-21",
            "words in the subject are worth more than all others",
            archive ->
                ordering(
                    archive,
                    Comparator.comparingLong(Match::inSubject)
                        .reversed()
                        .thenComparing(KeywordRanking.BEST_FIRST))),
        Mutant.messages(
            "MS-21",
            "a term in the subject weighs as often as it occurs there",
            archive ->
                weighing(
                    archive,
                    (match, message, terms) ->
                        new Match(
                            match.id(),
                            match.weight(),
                            terms.weight(terms.in(message.content().subject()))))),
        Mutant.eachMessageStore(
            "MS-22",
            "a query without words is a syntax error",
            searching(
                (real, query, filter, limit) -> {
                  if (query.isEmpty()) {
                    throw new IllegalStateException("syntax error near \"\"");
                  }
                  return real.keywordSearch(query, filter, limit);
                })),
        Mutant.writes(
            "MS-23",
            "a text of a million different words can't be stored",
            archive ->
                new ForwardingArchiveWriter(archive) {
                  @Override
                  public void insert(long id, ArchiveMessage message) {
                    if (message.content().text().length() > 1 << 20) {
                      throw new IllegalStateException("string is too long for tsvector");
                    }
                    super.insert(id, message);
                  }
                }),
        Mutant.messages(
            "MS-23",
            "only the first page of a text is searched",
            archive ->
                over(
                    archive,
                    Row::live,
                    content ->
                        new Content(
                            first(content.subject()),
                            first(content.text()),
                            first(content.html())))),
        Mutant.eachMessageStore(
            "MS-24",
            "a store that searches keywords does not say so",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public boolean supportsKeywordSearch() {
                    store.supportsKeywordSearch();
                    return false;
                  }
                }),
        Mutant.jobOnVectors(
            "SR-4",
            "an index does not say whose it is",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public Optional<UUID> archive() {
                        super.archive();
                        return Optional.empty();
                      }
                    }),
        Mutant.jobOnVectors(
            "SR-2",
            "a search for many hits leaves out the best",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<VectorHit> search(long generation, float[] vector, int k) {
                        List<VectorHit> hits = super.search(generation, vector, k);
                        return k > 40 ? hits.subList(1, hits.size()) : hits;
                      }
                    }));
  }

  private interface Search {
    KeywordCandidates search(
        MessageStore real, KeywordQuery query, MessageFilter filter, int limit);
  }

  private static UnaryOperator<MessageStore> searching(Search search) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public KeywordCandidates keywordSearch(
              KeywordQuery query, MessageFilter filter, int limit) {
            return search.search(super.store, query, filter, limit);
          }
        };
  }

  /** Searches other messages than the live ones, or other content than theirs. */
  private static UnaryOperator<MessageStore> over(
      InMemoryArchive archive, Predicate<Row> found, UnaryOperator<Content> read) {
    return searching(
        (real, query, filter, limit) -> {
          real.supportsKeywordSearch();
          return KeywordRanking.search(read(archive, found, read), query, filter, limit);
        });
  }

  private static NavigableMap<Long, ArchiveMessage> read(
      InMemoryArchive archive, Predicate<Row> found, UnaryOperator<Content> read) {
    NavigableMap<Long, ArchiveMessage> messages = new TreeMap<>();
    synchronized (archive) {
      archive
          .rows()
          .forEach(
              (id, row) -> {
                if (found.test(row)) {
                  messages.put(id, row.message().withContent(read.apply(row.message().content())));
                }
              });
    }
    return messages;
  }

  private interface Scale {
    Match weigh(Match match, ArchiveMessage message, Terms terms);
  }

  /** The terms of a question as they occur, each as often as it does. */
  private record Terms(KeywordQuery query, KeywordRanking.Result found) {
    List<Term> in(ArchiveMessage message) {
      return Stream.of(message.content().subject(), message.content().text())
          .flatMap(part -> in(part).stream())
          .toList();
    }

    List<Term> in(String part) {
      return query.occurrences(part).stream().map(Occurrence::term).toList();
    }

    long weight(List<Term> terms) {
      return terms.stream()
          .mapToLong(term -> found.frequencies().getOrDefault(term, 0L))
          .map(count -> KeywordCandidates.scaledIdf(count, found.live()))
          .sum();
    }
  }

  /** Finds what there is, and weighs it in another way. */
  private static UnaryOperator<MessageStore> weighing(InMemoryArchive archive, Scale scale) {
    return choosing(archive, scale, KeywordRanking.BEST_FIRST);
  }

  /** Finds what there is, and chooses by another order. */
  private static UnaryOperator<MessageStore> ordering(
      InMemoryArchive archive, Comparator<Match> order) {
    return choosing(archive, (match, message, terms) -> match, order);
  }

  private static UnaryOperator<MessageStore> choosing(
      InMemoryArchive archive, Scale scale, Comparator<Match> order) {
    return searching(
        (real, query, filter, limit) -> {
          real.supportsKeywordSearch();
          NavigableMap<Long, ArchiveMessage> live = read(archive, Row::live, content -> content);
          KeywordRanking.Result found = KeywordRanking.find(live, query, filter);
          Terms terms = new Terms(query, found);
          List<Match> weighed =
              found.matching().stream()
                  .map(
                      match ->
                          scale.weigh(match, Objects.requireNonNull(live.get(match.id())), terms))
                  .toList();
          return new KeywordRanking.Result(found.live(), found.frequencies(), weighed)
              .top(limit, order);
        });
  }

  private static String first(String text) {
    return text.substring(0, Math.min(text.length(), 10_000));
  }

  private static KeywordCandidates phrasesAsFirstWords(
      MessageStore real, KeywordQuery query, MessageFilter filter, int limit) {
    List<Term> loose =
        query.terms().stream()
            .map(term -> term instanceof Phrase phrase ? new Exact(phrase.words().get(0)) : term)
            .toList();
    return real.keywordSearch(new KeywordQuery(loose), filter, limit);
  }

  private static KeywordCandidates readTwice(
      MessageStore real, KeywordQuery query, MessageFilter filter, int limit) {
    KeywordCandidates before = real.keywordSearch(query, filter, limit);
    KeywordCandidates after =
        Rendezvous.readAfterMeeting(before, () -> real.keywordSearch(query, filter, limit));
    return new KeywordCandidates(
        before.ids(), before.hasMore(), after.liveMessages(), after.documentFrequencies());
  }
}
