package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveMessage.Metadata;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.search.ArchivesResult;
import io.msgvault.embed.search.ArchivesSearcher;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.SearchUnavailableException;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.SignalState;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.Generators;
import io.msgvault.embed.testkit.model.InexactScores;
import io.msgvault.embed.testkit.model.SearchWords;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.WordAnalyzer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What a search over the two stores must give. */
public interface SearcherRules extends JobContext {
  /** How many hits of two backends are compared. */
  int HEAD = 10;

  /** By how much the scores of two backends may differ; VS-13 has a narrower bound. */
  double WORD_TOLERANCE = 2e-3;

  /** The share by which they may differ: WI-8 lets an index round long lengths by as much. */
  double LENGTH_ROUNDING = 0.125;

  // SR-1

  /** The stores in memory are the model. */
  @Rule("SR-1")
  @Property(tries = 40)
  default void backendsRankAlike(
      @ForAll("keywordMessages") List<ArchiveMessage> messages,
      @ForAll("questions") List<String> questions) {
    InMemoryArchive model = new InMemoryArchive();
    try (StorageUnderTest storage = storage();
        MessageStore modelMessages = new InMemoryMessageStore(model);
        VectorStore modelVectors = new InMemoryVectorStore(new InMemoryIndex());
        WordIndex modelWords =
            new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordAnalyzer.english())) {
      storage.archive.fill(1, messages.size(), id -> messages.get((int) id - 1));
      messages.forEach(message -> model.insert(storage.archive.asStored(message)));
      StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
      StorageUnderTest.completedOrIdle(
          StorageUnderTest.job(modelMessages, modelVectors, storage.embedder)
              .words(modelWords)
              .build()
              .runOnce());
      Searcher ours = searcher(storage);
      Searcher theirs =
          Searcher.builder(modelMessages, modelVectors, storage.embedder).words(modelWords).build();
      for (String question : questions) {
        for (SearchMode mode : SearchMode.values()) {
          SearchRequest request = SearchRequest.of(question).withMode(mode).withLimit(100);
          requireAlike(request, theirs.search(request).hits(), ours.search(request).hits());
        }
      }
    }
  }

  /** Hits that are as good as the last of the first ten count as being among them. */
  private static void requireAlike(
      SearchRequest request, List<SearchHit> expected, List<SearchHit> actual) {
    Map<Long, Double> scores =
        actual.stream().collect(Collectors.toMap(SearchHit::messageId, SearchHit::score));
    double last = actual.isEmpty() ? 0 : actual.get(Math.min(HEAD, actual.size()) - 1).score();
    double least = last - tolerance(last);
    List<SearchHit> head = expected.stream().limit(HEAD).toList();
    long alike =
        head.stream().filter(hit -> scores.getOrDefault(hit.messageId(), -2.0) >= least).count();
    Expect.that(
        alike >= head.size() - 1,
        () -> "of " + head + " too few are among the first of " + actual + " in " + request);
    for (SearchHit hit : head) {
      double score = scores.getOrDefault(hit.messageId(), hit.score());
      Expect.that(
          Math.abs(hit.score() - score) <= tolerance(hit.score()),
          () -> "the score of " + hit + " is " + score + " here in " + request);
    }
  }

  private static double tolerance(double score) {
    return WORD_TOLERANCE + LENGTH_ROUNDING * Math.abs(score);
  }

  // SR-2

  @Rule("SR-2")
  @Example
  default void pagesNeitherRepeatNorSkip() {
    try (StorageUnderTest storage = storage(40)) {
      storage.archive.writer().insert(41, ArchiveMessage.of("heron", "a heron on the roof"));
      storage.archive.writer().insert(42, ArchiveMessage.of("", "another heron"));
      storage.run();
      Searcher searcher = searcher(storage);
      for (SearchMode mode : SearchMode.values()) {
        int limit = 7;
        SearchRequest request = SearchRequest.of("heron number 17").withMode(mode).withLimit(limit);
        List<Long> paged = new ArrayList<>();
        List<Long> page = ids(searcher.search(request));
        while (!page.isEmpty()) {
          paged.addAll(page);
          page = ids(searcher.search(request.withOffset(paged.size())));
        }
        Expect.equal(
            ids(searcher.search(request.withLimit(100))),
            paged,
            "the pages of a search by " + mode);
        Expect.equal(paged.size(), new HashSet<>(paged).size(), "how many hits differ");
        if (mode != SearchMode.KEYWORD) {
          Expect.equal(42, paged.size(), "how many are found in all by " + mode);
        }
      }
    }
  }

  /**
   * Equals beyond the pool, over scores that differ from call to call as far as VS-13 lets them.
   */
  @Rule("SR-2")
  @Example
  default void pagesOfEqualsNeitherRepeatNorSkip() {
    int messages = 60;
    try (StorageUnderTest storage = storage()) {
      storage.archive.fill(1, messages, id -> ArchiveMessage.of("", "a heron on the roof"));
      storage.run();
      VectorStore inexact = new InexactScores(storage.index.store()).store();
      Searcher searcher =
          Searcher.builder(storage.archive.store(), inexact, storage.embedder)
              .words(storage.words.index())
              .candidates(20)
              .build();
      for (SearchMode mode : SearchMode.values()) {
        SearchRequest request = SearchRequest.of("heron").withMode(mode).withLimit(7);
        List<Long> paged = new ArrayList<>();
        List<Long> page = ids(searcher.search(request));
        while (!page.isEmpty() && paged.size() < messages) {
          paged.addAll(page);
          page = ids(searcher.search(request.withOffset(paged.size())));
        }
        int reached = mode == SearchMode.VECTOR ? messages : 20;
        Expect.equal(
            LongStream.rangeClosed(1, reached).boxed().toList(),
            paged,
            "the pages of equal messages by " + mode);
      }
    }
  }

  // SR-3

  @Rule("SR-3")
  @Example
  default void oneSignalSuffices() {
    try (StorageUnderTest storage = storage(5)) {
      SearchWords.write(storage.archive.store(), storage.ids, storage.words.index());
      SearchRequest request = SearchRequest.of("number 3");
      SearchResult before = searcher(storage).search(request);
      Expect.equal(3L, ids(before).get(0), "the best hit before there is an index");
      Expect.that(
          before.vector() instanceof SignalState.Unavailable
              && before.keyword() instanceof SignalState.Answered,
          () -> "without an index, the signals were " + before.vector() + ", " + before.keyword());
      EmbedJob job = storage.job().build();
      job.runOnce();
      SearchResult after = searcher(storage).search(request);
      Expect.that(
          after.vector() instanceof SignalState.Answered
              && after.keyword() instanceof SignalState.Answered,
          () -> "with an index, the signals were " + after.vector() + ", " + after.keyword());
      Expect.that(
          after.words().orElseThrow().complete(),
          () -> "after a run, the words are " + after.words());
      storage.words.index().delete(List.of(2L));
      SearchResult incomplete = searcher(storage).search(request);
      Expect.that(
          !incomplete.words().orElseThrow().complete(),
          () -> "without the words of a message, they are " + incomplete.words());
      storage.archive.remove(3);
      Expect.that(
          !ids(searcher(storage).search(request)).contains(3L), "a deleted message is found");
      Expect.equal(
          List.of(),
          ids(
              searcher(storage)
                  .search(
                      request.withFilter(
                          MessageFilter.builder().sources(List.of("no such")).build()))),
          "the hits in a source that does not exist");
    }
  }

  // SR-4

  @Rule("SR-4")
  @Example
  default void indexOfOtherArchiveReturnsNothing() {
    try (StorageUnderTest storage = storage(5)) {
      VectorStore index = storage.index.store();
      index.bind(UUID.fromString("00000000-0000-4000-8000-000000000001"));
      Fingerprint fingerprint =
          storage.embedder.model().fingerprint(TextPolicy.standard(), Scope.ALL);
      Generation generation = index.create(fingerprint, 1);
      index.activate(generation.id(), CoverageCheck.NONE);
      SearchUnavailableException refusal =
          Expect.thrown(
              SearchUnavailableException.class,
              "searching the index of another archive",
              () ->
                  searcher(storage)
                      .search(SearchRequest.of("number 3").withMode(SearchMode.VECTOR)));
      Expect.equal(
          SearchUnavailableException.Reason.ARCHIVE_MISMATCH,
          refusal.reason(),
          "why the index of another archive can't answer");
    }
  }

  // SR-5

  /** The text of one message is longer than before, that of another shorter, or as long. */
  @Rule("SR-5")
  @Example
  default void onlyEmbeddedTextIsQuoted() {
    try (StorageUnderTest storage = storage(3)) {
      storage.archive.insert(4, "a much longer text about the heron on the roof");
      storage.run();
      storage.changeUnseen(1, 4);
      storage.changeUnseen(4, 2);
      storage.changeUnseen(2, 3);
      Searcher searcher = searcher(storage);
      for (SearchResult result :
          List.of(
              searcher.search(
                  SearchRequest.of("text number 3").withMode(SearchMode.VECTOR).withLimit(10)),
              searcher.similarTo(1, MessageFilter.ALL, 10),
              searcher.similarTo(2, MessageFilter.ALL, 10))) {
        for (SearchHit hit : result.hits()) {
          Expect.equal(
              hit.messageId() == 3,
              hit.passage().isPresent(),
              "whether message " + hit.messageId() + " is quoted");
        }
      }
    }
  }

  /** By a trigger that saw it: the revision is another one, also while the search reads. */
  @Rule("SR-5")
  @Example
  default void editedTextIsNotQuoted() {
    try (StorageUnderTest storage = storage(3)) {
      storage.run();
      storage.archive.writer().edit(1, JobContext.text("text number 1, and more than before"));
      CallInterceptor edit =
          (call, arguments) -> {
            if (call.equals("MessageStore.find") && ((Collection<?>) arguments[0]).contains(2L)) {
              storage.archive.writer().edit(2, JobContext.text("2"));
            }
          };
      Searcher searcher =
          Searcher.builder(
                  edit.wrap(storage.archive.store()), storage.index.store(), storage.embedder)
              .build();
      SearchRequest request = SearchRequest.of("text number 2").withMode(SearchMode.VECTOR);
      for (SearchHit hit : searcher.search(request).hits()) {
        Expect.equal(
            hit.messageId() == 3,
            hit.passage().isPresent(),
            "whether message " + hit.messageId() + " is quoted");
      }
    }
  }

  private static Searcher searcher(StorageUnderTest storage) {
    return Searcher.builder(storage.archive.store(), storage.index.store(), storage.embedder)
        .words(storage.words.index())
        .build();
  }

  private static List<Long> ids(SearchResult result) {
    return result.hits().stream().map(SearchHit::messageId).toList();
  }

  @Provide
  default Arbitrary<List<ArchiveMessage>> keywordMessages() {
    return Generators.keywordMessages();
  }

  @Provide
  default Arbitrary<List<String>> questions() {
    return Generators.questions();
  }

  // SR-11

  /**
   * Another archive has messages of the same ids, and a third has no index at all. Messages of both
   * alternate in time, and every fifth of each has none.
   */
  @Rule("SR-11")
  @Example
  default void archivesAreSearchedTogether() {
    InMemoryArchive comments = new InMemoryArchive();
    try (StorageUnderTest storage = storage();
        MessageStore messages = new InMemoryMessageStore(comments);
        VectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
        VectorStore none = new InMemoryVectorStore(new InMemoryIndex());
        WordIndex words =
            new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordAnalyzer.english())) {
      Map<String, Instant> times = new HashMap<>();
      for (long id = 1; id <= 20; id++) {
        ArchiveMessage ticket = sent("text number " + id, id, 2 * id);
        storage.archive.writer().insert(id, ticket);
        note(times, "tickets " + id, storage.archive.asStored(ticket));
        ArchiveMessage comment = sent("comment " + id + " on heron number " + id, id, 2 * id + 1);
        comments.insert(id, comment);
        note(times, "comments " + id, comment);
      }
      storage.run();
      StorageUnderTest.completedOrIdle(
          StorageUnderTest.job(messages, vectors, storage.embedder).words(words).build().runOnce());
      Map<String, Searcher> each =
          Map.of(
              "tickets",
              searcher(storage),
              "comments",
              Searcher.builder(messages, vectors, storage.embedder).words(words).build(),
              "none",
              Searcher.builder(messages, none, storage.embedder).build());
      ArchivesSearcher.Builder all = ArchivesSearcher.builder();
      each.forEach(all::archive);
      SearchRequest request = SearchRequest.of("heron number 17").withLimit(7);
      for (SearchMode mode : SearchMode.values()) {
        requireOrder(
            requireMerged(each, all.build(), request.withMode(mode)),
            Comparator.comparing((ArchivesResult.Hit hit) -> hit.hit().score()).reversed());
      }
      requireOrder(
          requireMerged(each, all.build(), request.withSort(SearchRequest.Sort.NEWEST)),
          Comparator.comparing((ArchivesResult.Hit hit) -> time(times, hit, Instant.MIN))
              .reversed());
      requireOrder(
          requireMerged(each, all.build(), request.withSort(SearchRequest.Sort.OLDEST)),
          Comparator.comparing(hit -> time(times, hit, Instant.MAX)));
    }
  }

  private static ArchiveMessage sent(String text, long id, long hours) {
    ArchiveMessage message = ArchiveMessage.of("", text);
    return id % 5 == 0
        ? message
        : message.withMetadata(
            Metadata.NONE.toBuilder()
                .sent(Optional.of(Instant.EPOCH.plus(Duration.ofHours(hours))))
                .build());
  }

  private static void note(Map<String, Instant> times, String message, ArchiveMessage stored) {
    stored.metadata().sent().ifPresent(time -> times.put(message, time));
  }

  private static Instant time(Map<String, Instant> times, ArchivesResult.Hit hit, Instant none) {
    return times.getOrDefault(hit.archive() + " " + hit.hit().messageId(), none);
  }

  /** Returns the hits of all pages. */
  private static List<ArchivesResult.Hit> requireMerged(
      Map<String, Searcher> each, ArchivesSearcher all, SearchRequest request) {
    List<ArchivesResult.Hit> paged = new ArrayList<>();
    ArchivesResult page = all.search(request);
    Expect.equal(Set.of("none"), page.failures().keySet(), "the archives that cannot answer");
    while (!page.hits().isEmpty()) {
      paged.addAll(page.hits());
      page = all.search(request.withOffset(paged.size()));
    }
    Set<String> expected = new HashSet<>();
    for (String archive : List.of("tickets", "comments")) {
      Objects.requireNonNull(each.get(archive))
          .search(request.withLimit(100))
          .hits()
          .forEach(hit -> expected.add(archive + " " + hit.messageId() + " " + hit.score()));
    }
    Expect.equal(
        expected,
        paged.stream()
            .map(hit -> hit.archive() + " " + hit.hit().messageId() + " " + hit.hit().score())
            .collect(Collectors.toSet()),
        "the hits of all archives by " + request.mode());
    Expect.equal(expected.size(), paged.size(), "how many hits the pages have");
    return paged;
  }

  /** The sort is stable, so what the order does not tell apart may come in any order. */
  private static void requireOrder(
      List<ArchivesResult.Hit> hits, Comparator<ArchivesResult.Hit> order) {
    Expect.equal(hits.stream().sorted(order).toList(), hits, "the order of hits");
  }
}
