package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveMessage.Metadata;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.search.Reranker;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.SignalState;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.SearchWords;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Example;

/** What a search gives when messages, signals or models come and go, and what a request may ask. */
public interface SearchRequestRules extends JobContext {
  // SR-6

  @Rule("SR-6")
  @Example
  default void freshMessageIsFoundByItsWords() {
    try (StorageUnderTest storage = storage(40)) {
      storage.run();
      storage.archive.writer().insert(41, ArchiveMessage.of("", "Gas leak in the canteen"));
      SearchWords.write(storage.archive.store(), List.of(41L), storage.words.index());
      List<SearchHit> hits =
          searcher(storage).build().search(SearchRequest.of("is there a gas leak?")).hits();
      Expect.that(
          ids(hits).subList(0, 3).contains(41L),
          () -> "a message without vectors that has all words is not among the first: " + hits);
    }
  }

  @Rule("SR-6")
  @Example
  default void messageWithoutWordsIsFoundByItsVectors() {
    try (StorageUnderTest storage = storage(40)) {
      for (long id : List.of(41L, 42L)) { // alike in meaning, and without a word of the question
        storage.archive.writer().insert(id, ArchiveMessage.of("", "a heron on the roof"));
      }
      storage.run();
      storage.words.index().delete(List.of(41L));
      Map<Long, Double> scores =
          searcher(storage)
              .build()
              .search(SearchRequest.of("a 7 on the").withLimit(50))
              .hits()
              .stream()
              .collect(Collectors.toMap(SearchHit::messageId, SearchHit::score));
      Expect.that(
          scores.getOrDefault(41L, 0.0) > scores.getOrDefault(42L, 1.0),
          () -> "a message without words counts as one with other words: " + scores);
    }
  }

  @Rule("SR-6")
  @Example
  default void scoresLieBetweenZeroAndOne() {
    try (StorageUnderTest storage = storage(40)) {
      storage.run();
      for (SearchMode mode : List.of(SearchMode.KEYWORD, SearchMode.HYBRID)) {
        for (String question : List.of("text number 7", "text", "nothing that is there", "\"")) {
          SearchRequest request = SearchRequest.of(question).withMode(mode).withLimit(100);
          for (SearchHit hit : searcher(storage).build().search(request).hits()) {
            Expect.that(
                hit.score() >= 0 && hit.score() <= 1, () -> hit + " is a hit of " + request);
          }
        }
      }
    }
  }

  // SR-7

  @Rule("SR-7")
  @Example
  default void conversationIsCollapsedToItsBestHit() {
    try (StorageUnderTest storage = storage()) {
      Map<Long, Object> conversations = new HashMap<>();
      for (long id = 1; id <= 24; id++) {
        Metadata metadata =
            Metadata.NONE.toBuilder()
                .conversation(id % 4 == 0 ? Optional.empty() : Optional.of("c" + id % 5))
                .build();
        ArchiveMessage message = ArchiveMessage.of("", "text number " + id).withMetadata(metadata);
        storage.archive.writer().insert(id, message);
        Optional<String> stored = storage.archive.asStored(message).metadata().conversation();
        conversations.put(id, stored.isPresent() ? stored.get() : id);
      }
      storage.run();
      for (SearchMode mode : SearchMode.values()) {
        SearchRequest request = SearchRequest.of("text number 7").withMode(mode).withLimit(50);
        List<Long> all = ids(searcher(storage).build().search(request).hits());
        List<Long> expected = new ArrayList<>();
        Map<Object, Integer> sizes = new HashMap<>();
        for (long id : all) {
          if (sizes.merge(conversations.get(id), 1, Integer::sum) == 1) {
            expected.add(id);
          }
        }
        List<SearchHit> hits = searcher(storage).build().search(request.withCollapsed(true)).hits();
        Expect.equal(expected, ids(hits), "the conversations by " + mode);
        for (SearchHit hit : hits) {
          Expect.equal(
              sizes.getOrDefault(conversations.get(hit.messageId()), 0) - 1,
              hit.others(),
              "how many others are in the conversation of " + hit.messageId());
        }
        requirePaged(searcher(storage).build(), request.withCollapsed(true).withLimit(3));
      }
    }
  }

  // SR-8

  @Rule("SR-8")
  @Example
  default void leastScoreLeavesOutWhatIsBelow() {
    try (StorageUnderTest storage = storage(30)) {
      storage.run();
      for (SearchMode mode : SearchMode.values()) {
        SearchRequest request = SearchRequest.of("text number 7").withMode(mode).withLimit(30);
        List<SearchHit> all = searcher(storage).build().search(request).hits();
        double least = all.get(all.size() / 2).score();
        Expect.equal(
            ids(all.stream().filter(hit -> hit.score() >= least).toList()),
            ids(searcher(storage).build().search(request.withMinScore(least)).hits()),
            "the hits by " + mode + " of at least " + least);
      }
    }
  }

  // SR-9

  @Rule({"SR-9", "SR-2"})
  @Example
  default void onlyTimelyRerankerChangesOrder() {
    try (StorageUnderTest storage = storage(30)) {
      storage.run();
      SearchRequest request = SearchRequest.of("text number 7").withLimit(30);
      List<Long> plain = ids(searcher(storage).build().search(request).hits());
      Searcher reversing =
          searcher(storage)
              .reranker(
                  reranker(
                      texts -> IntStream.range(0, texts.size()).mapToObj(i -> (double) i).toList()))
              .rerankCandidates(5)
              .build();
      List<Long> reversed = new ArrayList<>(plain.subList(0, 5));
      Collections.reverse(reversed);
      reversed.addAll(plain.subList(5, plain.size()));
      Expect.equal(reversed, ids(reversing.search(request).hits()), "the reranked hits");
      requirePaged(reversing, request.withLimit(4));
      List<Reranker> bad =
          List.of(
              reranker(
                  texts -> {
                    throw new IllegalStateException("no memory");
                  }),
              reranker(texts -> List.of(1.0)),
              reranker(
                  texts -> {
                    sleep();
                    return DoubleStream.iterate(1, x -> x + 1).limit(texts.size()).boxed().toList();
                  }));
      for (Reranker reranker : bad) {
        SearchResult result =
            searcher(storage)
                .reranker(reranker)
                .rerankWithin(Duration.ofMillis(200))
                .build()
                .search(request);
        Expect.equal(plain, ids(result.hits()), "the hits with a reranker that fails");
        Expect.that(
            result.reranker() instanceof SignalState.Unavailable,
            () -> "a reranker that fails is said to be " + result.reranker());
      }
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Scores texts, whatever the question. */
  @FunctionalInterface
  interface Scores {
    List<Double> of(List<String> texts);
  }

  private static Reranker reranker(Scores scores) {
    return new Reranker() {
      @Override
      public List<Double> score(String question, List<String> texts) {
        return scores.of(texts);
      }

      @Override
      public void close() {}
    };
  }

  // SR-10

  @Rule("SR-10")
  @Example
  default void searchGoesOnWhileModelChanges() throws InterruptedException {
    try (StorageUnderTest storage = storage(30);
        Embedder next = new HashEmbedder(48, 256);
        EmbedJob rebuild =
            StorageUnderTest.job(storage.archive.store(), storage.index.store(), next)
                .words(storage.words.index())
                .build()) {
      storage.run();
      Searcher searcher = searcher(storage).alsoEmbedder(next).build();
      long former = generation(searcher, SearchMode.VECTOR);
      AtomicBoolean done = new AtomicBoolean();
      List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
      Thread user =
          new Thread(
              () -> {
                try {
                  while (!done.get()) {
                    generation(searcher, SearchMode.VECTOR);
                    generation(searcher, SearchMode.HYBRID);
                  }
                } catch (RuntimeException | Error e) {
                  failures.add(e);
                }
              });
      user.start();
      StorageUnderTest.completed(rebuild.rebuild());
      done.set(true);
      user.join();
      Expect.equal(List.of(), failures, "what searches during the change threw");
      Expect.that(
          generation(searcher, SearchMode.VECTOR) > former, "the new generation does not answer");
    }
  }

  /** Returns the generation that answers by vectors. */
  private static long generation(Searcher searcher, SearchMode mode) {
    SearchResult result =
        searcher.search(SearchRequest.of("text number 7").withMode(mode).withPassages(0));
    Expect.that(
        result.vector() instanceof SignalState.Answered,
        () -> "the vector signal is " + result.vector());
    return result.index().orElseThrow().generation().id();
  }

  // Common

  private static void requirePaged(Searcher searcher, SearchRequest request) {
    List<Long> paged = new ArrayList<>();
    List<Long> page = ids(searcher.search(request).hits());
    while (!page.isEmpty()) {
      paged.addAll(page);
      page = ids(searcher.search(request.withOffset(paged.size())).hits());
    }
    Set<Long> distinct = new HashSet<>(paged);
    Expect.equal(paged.size(), distinct.size(), "how many hits of all pages differ");
    Expect.equal(
        ids(searcher.search(request.withLimit(50)).hits()), paged, "the pages of " + request);
  }

  private static Searcher.Builder searcher(StorageUnderTest storage) {
    return Searcher.builder(storage.archive.store(), storage.index.store(), storage.embedder)
        .words(storage.words.index());
  }

  private static List<Long> ids(List<SearchHit> hits) {
    return hits.stream().map(SearchHit::messageId).toList();
  }
}
