package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;
import static io.msgvault.embed.testkit.rules.RuleConstants.WIDE_DIMENSION;

import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import io.msgvault.embed.testkit.model.Ranking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** What searches find, in which order, and how well. */
public interface VectorSearchRules extends VectorStoreContext {
  // VS-10

  @Rule({"VS-10", "VS-13"})
  @Property(tries = 60)
  default void searchReturnsBestDistinctMessages(
      @ForAll("chunkLists") List<List<float[]>> archive,
      @ForAll("vectors") float[] query,
      @ForAll("limits") int k) {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<MessageVectors> messages = messages(archive);
      index.store().upsert(1, messages);
      Ranking ranking = new Ranking(messages, query);
      if (supports(Capability.EXACT_SEARCH)) {
        ranking.requireExact("VS-10", k, index.store().search(1, query, k));
      } else {
        ranking.requireSound(k, index.store().search(1, query, k));
      }
    }
  }

  private static List<MessageVectors> messages(List<List<float[]>> archive) {
    List<MessageVectors> messages = new ArrayList<>();
    for (int i = 0; i < archive.size(); i++) {
      messages.add(IndexUnderTest.message(i + 1L, i + 10L, archive.get(i)));
    }
    return messages;
  }

  @Rule("VS-10")
  @Example
  default void messageAppearsOncePerSearch() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<float[]> chunks = Collections.nCopies(200, new float[] {1, 0, 0});
      List<MessageVectors> messages =
          new ArrayList<>(List.of(IndexUnderTest.message(1, 1, chunks)));
      for (long id = 2; id <= 12; id++) {
        messages.add(IndexUnderTest.message(id, new float[] {1, id, 0}));
      }
      index.store().upsert(1, messages);
      float[] query = {1, 0, 0};
      new Ranking(messages, query).requireSound(10, index.store().search(1, query, 10));
    }
  }

  @Rule({"VS-10", "VS-19"})
  @Example
  default void kBelowOneIsRejected() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      float[] query = {1, 0, 0};
      Expect.thrown(
          "VS-10",
          IllegalArgumentException.class,
          "a search for 0 hits",
          () -> index.store().search(1, query, 0));
      Expect.thrown(
          "VS-10",
          IllegalArgumentException.class,
          "a narrow search for 0 hits",
          () -> index.store().searchExactly(1, query, 0, List.of()));
      Expect.thrown(
          "VS-19",
          IllegalArgumentException.class,
          "a search for 0 hits of some messages",
          () -> index.store().search(1, query, 0, List.of()));
    }
  }

  /** Clusters of vectors, as topics make them, and questions near them. */
  @Rule({"VS-10", "VS-12", "VS-19"})
  @Example
  default void recallMeetsDeclaredValue() {
    int messages = effort().of(4_000);
    int questions = 50;
    int k = 10;
    Random random = new Random(42);
    try (IndexUnderTest index = index()) {
      VectorStore store = index.store();
      Expect.equal(
          "VS-10",
          supports(Capability.EXACT_SEARCH),
          store.recall() == 1,
          "whether recall() is 1, where EXACT_SEARCH is declared unsupported if not");
      index.createActive(1, WIDE_DIMENSION);
      List<float[]> topics = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        topics.add(near(new float[WIDE_DIMENSION], 1, random));
      }
      List<MessageVectors> all = new ArrayList<>();
      for (int number = 1; number <= messages; number++) {
        all.add(
            IndexUnderTest.message(
                spread(number), near(topics.get(random.nextInt(40)), 0.6, random)));
      }
      for (int from = 0; from < all.size(); from += 500) {
        store.upsert(1, all.subList(from, Math.min(all.size(), from + 500)));
      }
      List<float[]> queries =
          IntStream.range(0, questions)
              .mapToObj(i -> near(topics.get(random.nextInt(40)), 0.6, random))
              .toList();
      requireRecall("VS-10", store, queries, k, all, query -> store.search(1, query, k));
      List<MessageVectors> majority =
          all.stream().filter(message -> message.messageId() % 4 != 0).toList();
      List<Long> among = new ArrayList<>(List.of(Long.MAX_VALUE));
      majority.forEach(message -> among.add(message.messageId()));
      requireRecall(
          "VS-19", store, queries, k, majority, query -> store.search(1, query, k, among));
      requireFollowed(index, topics.get(0));
    }
  }

  /** Ids of which most need more than 32 bits, and no two share the lower 31. */
  private static long spread(int number) {
    return number + ((long) (number % 5) << 31) + ((long) (number % 3) << 40);
  }

  /** Requires that of those that may be found, and no others, enough of the best are. */
  private void requireRecall(
      String rule,
      VectorStore store,
      List<float[]> queries,
      int k,
      List<MessageVectors> among,
      Function<float[], List<VectorHit>> search) {
    double found = 0;
    for (float[] query : queries) {
      Ranking ranking = new Ranking(among, query);
      List<VectorHit> hits = search.apply(query);
      ranking.requireSound(rule, k, hits);
      found +=
          Set.copyOf(IndexUnderTest.ids(hits)).stream().filter(ranking.best(k)::contains).count();
    }
    double recall = found / (queries.size() * k);
    recordMeasurement("recall@" + k + " of " + among.size(), recall);
    Expect.that(
        rule,
        recall >= store.recall() - 1e-9,
        () -> "the store states a recall of " + store.recall() + ", but it is " + recall);
  }

  private static float[] near(float[] centre, double spread, Random random) {
    float[] vector = new float[centre.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (centre[i] + spread * random.nextGaussian());
    }
    return vector;
  }

  /** Whatever an instance keeps in memory for this many vectors must follow what others write. */
  private static void requireFollowed(IndexUnderTest index, float[] query) {
    VectorStore other = index.open();
    List<Long> best = IndexUnderTest.ids(other.search(1, query, 3));
    index.store().delete(1, best.subList(0, 1));
    long id = Long.MAX_VALUE - 1;
    index.store().upsert(1, List.of(IndexUnderTest.message(id, query)));
    List<Long> after = IndexUnderTest.ids(other.search(1, query, 3));
    Expect.equal(
        "VS-12", id, after.get(0), "the best hit after another instance wrote a better one");
    Expect.that(
        "VS-12",
        !after.contains(best.get(0)),
        () -> "message " + best.get(0) + " is found after another instance deleted it");
  }

  // VS-11

  @Rule("VS-11")
  @Property(tries = 60)
  default void filteredSearchIsExact(
      @ForAll("chunkLists") List<List<float[]>> archive,
      @ForAll("vectors") float[] query,
      @ForAll("limits") int k,
      @ForAll Set<@LongRange(min = 0, max = 25) Long> among) {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<MessageVectors> messages = messages(archive);
      index.store().upsert(1, messages);
      List<MessageVectors> candidates =
          messages.stream().filter(message -> among.contains(message.messageId())).toList();
      new Ranking(candidates, query)
          .requireExact(k, index.store().searchExactly(1, query, k, among));
    }
  }

  @Rule("VS-11")
  @Example
  default void filteredSearchFindsDistantMessages() {
    int k = 10;
    Random random = new Random(11);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<MessageVectors> messages = new ArrayList<>();
      for (long id = 1; id <= 600; id++) {
        messages.add(IndexUnderTest.message(id, near(new float[DIMENSION], 1, random)));
      }
      index.store().upsert(1, messages);
      float[] query = near(new float[DIMENSION], 1, random);
      List<Long> worst = new Ranking(messages, query).best(600).subList(560, 600);
      List<MessageVectors> candidates =
          messages.stream().filter(message -> worst.contains(message.messageId())).toList();
      new Ranking(candidates, query)
          .requireExact(k, index.store().searchExactly(1, query, k, worst));
    }
  }

  @Rule("VS-11")
  @Example
  default void filteredSearchAcceptsManyIds() {
    Random random = new Random(7);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<MessageVectors> messages = new ArrayList<>();
      for (long id = 1; id <= 800; id++) {
        messages.add(IndexUnderTest.message(id * 3, near(new float[DIMENSION], 1, random)));
      }
      index.store().upsert(1, messages);
      float[] query = near(new float[DIMENSION], 1, random);
      List<Long> ids = new ArrayList<>(LongStream.rangeClosed(200, 70_000).boxed().toList());
      ids.addAll(List.of(300L, 300L, Long.MAX_VALUE));
      List<MessageVectors> candidates =
          messages.stream().filter(message -> message.messageId() >= 200).toList();
      new Ranking(candidates, query)
          .requireExact(20, index.store().searchExactly(1, query, 20, ids));
      Expect.equal(
          List.of(), index.store().searchExactly(1, query, 20, List.of()), "the hits among no ids");
    }
  }

  // VS-13

  @Rule("VS-13")
  @Example
  default void scoresAreCosines() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, 2);
      index
          .store()
          .upsert(
              1,
              List.of(
                  IndexUnderTest.message(1, new float[] {3, 4}),
                  IndexUnderTest.message(2, new float[] {0.03f, 0}),
                  IndexUnderTest.message(3, new float[] {0, -900}),
                  IndexUnderTest.message(4, new float[] {-5, 0})));
      for (float length : new float[] {1e-6f, 1, 1e6f}) {
        List<VectorHit> hits = index.store().search(1, new float[] {length, 0}, 4);
        Expect.equal(
            List.of(2L, 1L, 3L, 4L),
            IndexUnderTest.ids(hits),
            "the ranking for a query of length " + length);
        double[] cosines = {1, 0.6, 0, -1};
        for (int i = 0; i < 4; i++) {
          VectorHit hit = hits.get(i);
          double cosine = cosines[i];
          Expect.that(
              Math.abs(hit.score() - cosine) <= 1e-5,
              () -> hit + " should have the score " + cosine);
        }
      }
    }
  }

  @Rule("VS-13")
  @Example
  default void equalScoresAreOrderedById() {
    List<Long> ids = new ArrayList<>(LongStream.rangeClosed(1, 60).boxed().toList());
    Collections.shuffle(ids, new Random(3));
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      float[] same = {0.3f, -0.7f, 0.2f};
      for (long id : ids) {
        index.store().upsert(1, List.of(IndexUnderTest.message(id, same)));
      }
      List<Long> first = LongStream.rangeClosed(1, 25).boxed().toList();
      Expect.equal(
          first, IndexUnderTest.ids(index.store().search(1, same, 25)), "the first of 60 equals");
      Expect.equal(
          first,
          IndexUnderTest.ids(index.store().searchExactly(1, same, 25, ids)),
          "the first of 60 equals, by a narrow search");
    }
  }

  /** More equals than a store finds without an approximation, and some that come closer. */
  @Rule("VS-13")
  @Example
  default void manyEqualScoresAreOrderedById() {
    int equals = effort().of(4_000);
    float[] same = {0.3f, -0.7f, 0.2f};
    float[] query = {0.2f, -0.9f, 0.1f};
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<MessageVectors> all = new ArrayList<>();
      for (int number = equals; number >= 1; number--) {
        all.add(IndexUnderTest.message(spread(number), number % 1_000 == 0 ? query : same));
      }
      for (int from = 0; from < all.size(); from += 500) {
        index.store().upsert(1, all.subList(from, Math.min(all.size(), from + 500)));
      }
      Ranking ranking = new Ranking(all, query);
      List<VectorHit> hits = index.store().search(1, query, 25);
      ranking.requireSound(25, hits);
      if (supports(Capability.EXACT_SEARCH)) {
        Expect.equal(ranking.best(25), IndexUnderTest.ids(hits), "the first of many equals");
      }
      List<Long> ids = all.stream().map(MessageVectors::messageId).toList();
      Expect.equal(
          ranking.best(25),
          IndexUnderTest.ids(index.store().searchExactly(1, query, 25, ids)),
          "the first of many equals, by a narrow search");
    }
  }

  /** Where a store can't compute with such lengths it may refuse them, but not spoil a ranking. */
  @Rule({"VS-7", "VS-13"})
  @Example
  default void extremeVectorLengthsAreRankedOrRejected() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, 2);
      List<MessageVectors> selected = new ArrayList<>();
      float[][] vectors = {
        {1e-25f, 1e-25f},
        {1e25f, 0},
        {1, 2},
        {Float.MIN_VALUE, 0},
        {Float.MAX_VALUE, Float.MAX_VALUE}
      };
      for (int i = 0; i < vectors.length; i++) {
        MessageVectors message = IndexUnderTest.message(i + 1L, vectors[i]);
        try {
          index.store().upsert(1, List.of(message));
          selected.add(message);
        } catch (InvalidVectorException e) {
          Expect.that("VS-7", i != 2, () -> "an ordinary vector is refused: " + e.getMessage());
        }
      }
      float[] query = {1, 0.1f};
      new Ranking(selected, query).requireSound(10, index.store().search(1, query, 10));
    }
  }
}
