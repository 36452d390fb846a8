package io.msgvault.embed.testkit.model;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * What an index must look like after a scenario: the contract as the plainest program that keeps
 * it.
 */
final class IndexModel {
  /** The message ids that scenarios use are 1 to this. */
  static final int IDS = 5;

  private static final float[] QUERY = {1, 0.5f, -0.25f, 0.125f};

  /** A generation as it must be. */
  static final class Entry {
    final long id;
    final Fingerprint fingerprint;
    Generation.State state = Generation.State.BUILDING;
    boolean wasActive;
    boolean reclaimed;
    Optional<Instant> lastBackstop = Optional.empty();
    NavigableMap<Long, MessageVectors> messages = new TreeMap<>();
    long watermark;
    long epoch = Long.MIN_VALUE;
    Optional<ArchiveScenario.Store> worker = Optional.empty();

    Entry(long id, Fingerprint fingerprint) {
      this.id = id;
      this.fingerprint = fingerprint;
    }

    boolean retired() {
      return state == Generation.State.RETIRED;
    }

    void retire() {
      state = Generation.State.RETIRED;
    }

    void revive() {
      state = Generation.State.BUILDING;
      wasActive = false;
      lastBackstop = Optional.empty();
      watermark = 0;
    }
  }

  final List<Entry> generations = new ArrayList<>();
  final List<RunRecord> runs = new ArrayList<>();

  Optional<Entry> inState(Generation.State state) {
    return generations.stream().filter(entry -> entry.state == state).findFirst();
  }

  long highestId() {
    return generations.stream().mapToLong(entry -> entry.id).max().orElse(0);
  }

  /** A run begins: what was open for the generation is abandoned. */
  void begin(RunRecord run) {
    runs.replaceAll(
        previous ->
            previous.status() == RunRecord.Status.RUNNING
                    && (previous.generation() == run.generation()
                        || isRetired(previous.generation()))
                ? previous.end(run.started(), RunRecord.Status.ABANDONED, RunCounts.NONE, "")
                : previous);
    runs.add(run);
  }

  private boolean isRetired(long generation) {
    return generations.stream()
        .anyMatch(entry -> entry.id == generation && entry.state == Generation.State.RETIRED);
  }

  /** Compares all that a store says with what it must say. */
  void compare(VectorStore store, boolean exact) {
    compareGenerations(store.generations());
    for (Entry entry : generations) {
      IndexSize size =
          new IndexSize(
              entry.messages.size(),
              entry.messages.values().stream().mapToLong(message -> message.chunks().size()).sum());
      Expect.equal("VS-9", size, store.size(entry.id), "the size of generation " + entry.id);
      compareWatermark(entry, store.watermark(entry.id));
      if (!entry.retired()) {
        compareVectors(entry, store);
        compareSearch(entry, store, exact);
      } else {
        Expect.thrown(
            "VS-5",
            GenerationStateException.class,
            "a search of a retired generation",
            () -> store.search(entry.id, query(entry), 1));
      }
    }
    compareRuns(store.runs(1_000));
  }

  private void compareGenerations(List<Generation> actual) {
    Expect.equal(
        "VS-3",
        generations.stream().map(entry -> entry.id).toList(),
        actual.stream().map(Generation::id).toList(),
        "the ids of all generations");
    for (int i = 0; i < actual.size(); i++) {
      Entry expected = generations.get(i);
      Generation generation = actual.get(i);
      String rule = expected.retired() ? "VS-5" : expected.wasActive ? "VS-4" : "VS-1";
      Expect.equal(
          rule, expected.state, generation.state(), "the state of generation " + expected.id);
      Expect.equal(
          "VS-2",
          expected.fingerprint,
          generation.fingerprint(),
          "the fingerprint of generation " + expected.id);
      Expect.equal(
          "VS-4",
          expected.wasActive,
          generation.activated().isPresent(),
          "whether generation " + expected.id + " tells when it became active");
      Expect.equal(
          "VS-5",
          expected.retired(),
          generation.retired().isPresent(),
          "whether generation " + expected.id + " tells when it was retired");
      Expect.equal(
          "EJ-9",
          expected.lastBackstop,
          generation.lastBackstop(),
          "the last backstop of generation " + expected.id);
    }
  }

  /**
   * A watermark may be lost, and a store may tell by an epoch whatever it likes but the same as
   * before.
   */
  private static void compareWatermark(Entry expected, Watermark actual) {
    if (actual.id() == 0) {
      expected.watermark = 0;
    }
    Expect.equal(
        "VS-14", expected.watermark, actual.id(), "the watermark of generation " + expected.id);
    expected.epoch = actual.epoch();
  }

  private static void compareVectors(Entry entry, VectorStore store) {
    List<Long> all = LongStream.rangeClosed(0, IDS + 1).boxed().toList();
    Expect.equal(
        "VS-6",
        List.copyOf(entry.messages.values()),
        store.vectors(entry.id, all),
        "the vectors in generation " + entry.id);
    List<MessageRevision> listed =
        ArchiveModel.readAllPages(
            MessageRevision::messageId, after -> store.messageIds(entry.id, after, 2));
    Expect.equal(
        "VS-9",
        entry.messages.values().stream()
            .map(message -> new MessageRevision(message.messageId(), message.revision()))
            .toList(),
        listed,
        "the messages listed in generation " + entry.id);
  }

  private static void compareSearch(Entry entry, VectorStore store, boolean exact) {
    Ranking ranking = new Ranking(entry.messages.values(), query(entry));
    for (int k : new int[] {1, 3, IDS + 1}) {
      if (exact) {
        ranking.requireExact("VS-10", k, store.search(entry.id, query(entry), k));
      } else {
        ranking.requireSound("VS-10", k, store.search(entry.id, query(entry), k));
      }
    }
    List<Long> some = List.of(4L, 2L, 99L, 1L, 2L);
    new Ranking(
            entry.messages.values().stream()
                .filter(message -> some.contains(message.messageId()))
                .toList(),
            query(entry))
        .requireExact("VS-11", 2, store.searchExactly(entry.id, query(entry), 2, some));
  }

  static float[] query(Entry entry) {
    float[] query = new float[entry.fingerprint.dimension()];
    System.arraycopy(QUERY, 0, query, 0, query.length);
    return query;
  }

  private void compareRuns(List<RunRecord> actual) {
    Expect.equal("VS-17", runs.size(), actual.size(), "how many runs are in the history");
    for (int i = 0; i < runs.size(); i++) {
      RunRecord expected = runs.get(runs.size() - 1 - i);
      RunRecord run = actual.get(i);
      if (expected.status() == RunRecord.Status.ABANDONED) {
        Expect.equal(
            "VS-17", RunRecord.Status.ABANDONED, run.status(), "the status of run " + run.id());
        Expect.that(
            "VS-17",
            run.ended().isPresent(),
            () -> "the abandoned run " + run.id() + " has no end");
      } else {
        Expect.equal("VS-17", expected, run, "the entry " + (i + 1) + " of the history");
      }
    }
  }
}
