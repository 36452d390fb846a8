package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.Call.call;
import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;

import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Call;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import io.msgvault.embed.testkit.model.Ranking;
import io.msgvault.embed.testkit.model.ReadWritePace;
import io.msgvault.embed.testkit.process.ChildProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Holds a vector store to what it writes, reads and finds. */
public interface VectorRules extends VectorStoreContext {

  // VS-6

  @Rule("VS-6")
  @Example
  default void upsertReplacesAllChunks() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      MessageVectors neighbour = IndexUnderTest.message(2, unitY(), unitZ());
      store.upsert(1, List.of(IndexUnderTest.message(1, unitX(), unitY(), unitZ()), neighbour));
      MessageVectors shorter = IndexUnderTest.message(1, 9, List.of(unitZ()));
      store.upsert(1, List.of(shorter));
      Expect.equal(
          List.of(shorter, neighbour),
          index.vectors(1, 1L, 2L),
          "the vectors after the first message became shorter");
      Expect.equal(new IndexSize(2, 3), store.size(1), "the size");
      VectorHit hit = store.search(1, unitX(), 2).get(0);
      Expect.that(hit.score() < 0.5, () -> "a previous chunk is still found: " + hit);
      store.upsert(1, List.of());
      Expect.equal(new IndexSize(2, 3), store.size(1), "the size after nothing was upserted");
    }
  }

  @Rule("VS-6")
  @Example
  default void offsetsRevisionsAndDigestsAreStored() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      MessageVectors message =
          new MessageVectors(
              Long.MAX_VALUE,
              Long.MAX_VALUE - 1,
              "digest 'ü'",
              List.of(
                  new ChunkVector(0, 7, unitX()),
                  new ChunkVector(5, 1_000_000_000, unitY()),
                  new ChunkVector(
                      1_999_999_999, Integer.MAX_VALUE, new float[] {-0.0f, 1e-7f, -3.25f})));
      index.store().upsert(1, List.of(message));
      Expect.equal(List.of(message), index.vectors(1, Long.MAX_VALUE), "the message");
      Expect.equal(
          List.of(message),
          index.reopen().vectors(1, List.of(Long.MAX_VALUE)),
          "the message after reopening");
    }
  }

  @Rule("VS-6")
  @Example
  default void largeBatchesAreAccepted() {
    int many = 1_500;
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<MessageVectors> batch = new ArrayList<>();
      for (long id = 1; id <= many; id++) {
        batch.add(IndexUnderTest.message(id, id, List.of(unitX(), unitY())));
      }
      List<float[]> chunks = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        chunks.add(new float[] {i, 1, -i});
      }
      batch.add(IndexUnderTest.message(many + 1, 7, chunks));
      index.store().upsert(1, batch);
      Expect.equal(new IndexSize(many + 1, 2L * many + 400), index.store().size(1), "the size");
      Expect.equal(
          batch,
          index.store().vectors(1, LongStream.rangeClosed(0, many + 9).boxed().toList()),
          "all vectors");
      Expect.equal(
          "VS-9",
          batch.stream()
              .map(message -> new MessageRevision(message.messageId(), message.revision()))
              .toList(),
          index.store().messageIds(1, 0, many + 2),
          "all messages");
    }
  }

  /** A listing is one snapshot, so it has either all messages of a batch or none of them. */
  @Rule("VS-6")
  @Needs(Capability.ATOMIC_BATCHES)
  @Example
  default void batchesAreAtomic() {
    int versions = effort().of(60);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.store().upsert(1, batch(0));
      ReadWritePace pace = new ReadWritePace(versions, 1);
      VectorStore reader = index.open();
      ConcurrentCalls.runAll(
          List.of(
              () -> {
                for (int i = 1; pace.keepWriting(i - 1); i++) {
                  index.store().upsert(1, batch(i));
                }
              },
              () -> {
                while (pace.keepReading()) {
                  List<MessageRevision> seen = reader.messageIds(1, 0, 99);
                  Expect.equal(
                      batch((int) seen.get(0).revision()).stream()
                          .map(one -> new MessageRevision(one.messageId(), one.revision()))
                          .toList(),
                      seen,
                      "a batch as a reader sees it");
                }
              }));
    }
  }

  private static List<MessageVectors> batch(int version) {
    return LongStream.rangeClosed(1, 8).mapToObj(id -> version(id, version)).toList();
  }

  // VS-7

  @Rule("VS-7")
  @Property(tries = 40)
  default void invalidVectorRejectsWholeBatch(@ForAll("invalidVectors") float[] invalid) {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      List<MessageVectors> before =
          List.of(IndexUnderTest.message(1, unitX()), IndexUnderTest.message(2, unitY()));
      store.upsert(1, before);
      Expect.thrown(
          InvalidVectorException.class,
          "an upsert that holds a vector that does not fit",
          () ->
              store.upsert(
                  1,
                  List.of(
                      IndexUnderTest.message(1, unitZ()),
                      IndexUnderTest.message(2, unitZ(), invalid),
                      IndexUnderTest.message(3, unitZ()))));
      Expect.equal(before, index.vectors(1, 1L, 2L, 3L), "the vectors after a refused upsert");
      Expect.thrown(
          InvalidVectorException.class,
          "a search by a vector that does not fit",
          () -> store.search(1, invalid, 1));
      Expect.thrown(
          InvalidVectorException.class,
          "a narrow search by a vector that does not fit",
          () -> store.searchExactly(1, invalid, 1, List.of(1L)));
    }
  }

  @Rule("VS-6")
  @Example
  default void messageTwiceInBatchIsRefused() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      Expect.thrown(
          IllegalArgumentException.class,
          "an upsert with a message that comes twice",
          () ->
              index
                  .store()
                  .upsert(
                      1,
                      List.of(
                          IndexUnderTest.message(2, unitX()),
                          IndexUnderTest.message(1, unitY()),
                          IndexUnderTest.message(2, unitX()))));
      Expect.equal(new IndexSize(0, 0), index.store().size(1), "the size after a refused batch");
    }
  }

  @Rule("VS-7")
  @Example
  default void unknownGenerationThrows() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      List<Call> calls =
          List.of(
              call("upsert", () -> store.upsert(5, List.of(IndexUnderTest.message(1, unitX())))),
              call("delete", () -> store.delete(5, List.of(1L))),
              call("size", () -> store.size(5)),
              call("messageIds", () -> store.messageIds(5, 0, 1)),
              call("vectors", () -> store.vectors(5, List.of(1L))),
              call("search", () -> store.search(5, unitX(), 1)),
              call("searchExactly", () -> store.searchExactly(5, unitX(), 1, List.of(1L))),
              call("retire", () -> store.retire(5)),
              call("forceRetire", () -> store.forceRetire(5)),
              call("watermark", () -> store.watermark(5)),
              call("lease", () -> store.lease(5)));
      Call.eachThrows(UnknownGenerationException.class, "an unknown generation", calls)
          .forEach(
              error -> Expect.equal(5L, error.generation(), "the generation that the error names"));
    }
  }

  // VS-8

  @Rule("VS-8")
  @Example
  default void vectorsSurviveReopening() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      MessageVectors message = IndexUnderTest.message(4, unitX(), unitY());
      index.store().upsert(1, List.of(message));
      index.reopen();
      Expect.equal(List.of(message), index.vectors(1, 4L), "the vectors after reopening");
      Expect.equal(
          List.of(4L),
          IndexUnderTest.ids(index.store().search(1, unitX(), 5)),
          "the hits after reopening");
    }
  }

  @Rule({"VS-8", "VS-12"})
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void vectorsOfKilledProcessSurvive() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.store().upsert(1, List.of(IndexUnderTest.message(1, unitX())));
      Expect.equal(
          "VS-10",
          List.of(1L),
          IndexUnderTest.ids(index.store().search(1, unitY(), 5)),
          "the hits at first");
      try (ChildProcess child =
          ChildProcess.start(
              index.fixture().otherProcess(), ChildProcess.Task.UPSERT, 1, 2, 8, 0f, 1f, 0f)) {
        child.readAnswer();
        Expect.equal(
            "VS-12",
            List.of(2L, 1L),
            IndexUnderTest.ids(index.store().search(1, unitY(), 5)),
            "the hits once the other process is done");
        child.kill();
      }
      Expect.equal(
          "VS-8",
          List.of(2L, 1L),
          IndexUnderTest.ids(index.open().search(1, unitY(), 5)),
          "the hits after the kill");
    }
  }

  @Rule("VS-8")
  @Example
  default void vectorsSurvivePowerLoss() {
    Expect.skip("no test can cut the power: look at how the database is told to flush");
  }

  // VS-9

  @Rule("VS-9")
  @Example
  default void deleteIsIdempotent() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      store.upsert(
          1,
          List.of(
              IndexUnderTest.message(1, unitX(), unitY()),
              IndexUnderTest.message(2, unitY()),
              IndexUnderTest.message(3, unitZ())));
      for (int time = 1; time <= 2; time++) {
        store.delete(1, List.of(1L, 3L, 3L, 77L));
        Expect.equal(new IndexSize(1, 1), store.size(1), "the size after deletion no. " + time);
      }
      Expect.equal(List.of(2L), IndexUnderTest.ids(store.search(1, unitX(), 9)), "the hits");
      store.delete(1, List.of());
      store.delete(1, LongStream.rangeClosed(1, 60_000).boxed().toList());
      Expect.equal(new IndexSize(0, 0), store.size(1), "the size after the deletion of 60,000 ids");
      Expect.equal(
          "VS-10", List.of(), store.search(1, unitX(), 9), "the hits in an empty generation");
    }
  }

  @Rule("VS-9")
  @Example
  default void generationsAreIndependent() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore store = index.store();
      store.upsert(1, List.of(IndexUnderTest.message(1, unitX())));
      store.upsert(
          2, List.of(IndexUnderTest.message(1, unitY()), IndexUnderTest.message(2, unitY())));
      store.delete(2, List.of(1L));
      Expect.equal(
          new IndexSize(1, 1), store.size(1), "the size of the generation that was left alone");
      Expect.equal(
          List.of(IndexUnderTest.message(1, unitX())), index.vectors(1, 1L, 2L), "its vectors");
      Expect.equal(
          List.of(2L),
          IndexUnderTest.ids(store.search(2, unitX(), 9)),
          "the hits in the other one");
    }
  }

  // VS-12

  /** Every chunk of a message tells its version: by its start, and by how many chunks there are. */
  @Rule("VS-12")
  @Example
  default void upsertIsAtomicPerMessage() {
    int versions = effort().of(150);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.store().upsert(1, List.of(version(1, 0), version(2, 0)));
      AtomicInteger latest = new AtomicInteger();
      ReadWritePace pace = new ReadWritePace(versions, 1);
      Expect.ThrowingRunnable write =
          () -> {
            for (int i = 1; pace.keepWriting(i - 1); i++) {
              index.store().upsert(1, List.of(version(1, i), version(2, i)));
              latest.set(i);
            }
          };
      VectorStore other = index.open();
      List<Expect.ThrowingRunnable> racers = new ArrayList<>(List.of(write));
      for (VectorStore reader : List.of(index.store(), other)) {
        racers.add(
            () -> {
              while (pace.keepReading()) {
                int least = latest.get();
                reader
                    .vectors(1, List.of(1L, 2L))
                    .forEach(message -> requireOneVersion(message, least));
                reader.search(1, unitX(), 2).forEach(hit -> requireOneVersion(hit, least));
                reader
                    .searchExactly(1, unitZ(), 2, List.of(1L, 2L))
                    .forEach(hit -> requireOneVersion(hit, least));
              }
            });
      }
      ConcurrentCalls.runAll(racers);
    }
  }

  private static MessageVectors version(long id, int version) {
    List<ChunkVector> chunks = new ArrayList<>();
    for (int i = 0; i <= version % 3; i++) {
      chunks.add(new ChunkVector(10 * version + i, 10 * version + 9, i == 0 ? unitX() : unitZ()));
    }
    return new MessageVectors(id, version, "digest " + version, chunks);
  }

  private static void requireOneVersion(MessageVectors message, int least) {
    MessageVectors whole = version(message.messageId(), (int) message.revision());
    Expect.equal(whole, message, "a message as a reader sees it");
    requireRecent(message.revision(), least);
  }

  private static void requireOneVersion(VectorHit hit, int least) {
    Expect.equal(hit.revision(), hit.start() / 10L, "the version of the chunk in " + hit);
    requireRecent(hit.revision(), least);
  }

  private static void requireRecent(long version, int least) {
    Expect.that(
        version >= least,
        () ->
            "version "
                + version
                + " is seen after the upsert of version "
                + least
                + " has returned");
  }

  @Rule("VS-12")
  @Example
  default void instancesSeeEachOthersWrites() {
    int rounds = effort().of(40);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<VectorStore> stores = List.of(index.store(), index.open(), index.open());
      Map<Long, MessageVectors> expected = new TreeMap<>();
      for (int round = 0; round < rounds; round++) {
        VectorStore writer = stores.get(round % 3);
        VectorStore reader = stores.get((round + 1) % 3);
        long id = round % 7 + 1L;
        if (round % 5 == 4) {
          writer.delete(1, List.of(id));
          expected.remove(id);
        } else {
          MessageVectors message =
              IndexUnderTest.message(id, round, List.of(new float[] {1, round, -round}));
          writer.upsert(1, List.of(message));
          expected.put(id, message);
        }
        new Ranking(expected.values(), unitY()).requireSound(10, reader.search(1, unitY(), 10));
        Expect.equal(
            expected.size(),
            (int) reader.size(1).messages(),
            "how many messages another instance counts");
      }
    }
  }

  private static float[] unitX() {
    return new float[] {1, 0, 0};
  }

  private static float[] unitY() {
    return new float[] {0, 1, 0};
  }

  private static float[] unitZ() {
    return new float[] {0, 0, 1};
  }
}
