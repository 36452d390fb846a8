package io.msgvault.embed.opensearch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Writes to three nodes and searches them, while nodes are killed or frozen. {@code dev/soak
 * cluster} runs it; it is too long for every build.
 */
class NodeFailureSoak {
  private static final int DIMENSION = 16;
  private static final int WRITERS = 2;
  private static final int MESSAGES = 40;

  /** How many acknowledged writes each phase waits for. */
  private static final int WRITES = 30;

  private final TestNodes nodes = new TestNodes();
  private final String prefix = TestCluster.freshPrefix();
  private final OpenSearchVectorIndex index =
      OpenSearchVectorIndex.builder(transport(), prefix).shards(3).replicas(1).build();

  /** The last version of each message that was acknowledged. */
  private final Map<Long, Integer> acknowledged = new ConcurrentHashMap<>();

  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong searches = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong longestStall = new AtomicLong();
  private final List<Future<?>> work = new ArrayList<>();
  private volatile boolean over;

  private static OpenSearchTransport transport() {
    return OpenSearchTransport.http(
            Arrays.stream(TestCluster.url().split(",")).map(URI::create).toArray(URI[]::new))
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  @BeforeEach
  void serve() {
    nodes.start();
    index.upsert(1, List.of(version(1, 0)));
    index.prepare(1);
  }

  @AfterEach
  void remove() {
    OpenSearchVectorIndex.builder(transport(), prefix).uninstall();
  }

  @Test
  void nothingAcknowledgedIsLostWhenNodesAreKilled() throws Exception {
    whileAtWork(
        () -> {
          int elected = nodes.elected();
          assertTrue(
              nodes.primaries(prefix + "-vectors-1", elected) > 0,
              "the elected node has a primary shard");
          nodes.crash(elected);
          awaitWrites();
          nodes.start();
          awaitWrites();
        });
    requireAcknowledged();
    for (int node = 1; node <= 3; node++) {
      nodes.crash(node);
    }
    nodes.start();
    requireAcknowledged();
    report("killed");
  }

  @Test
  void nothingAcknowledgedIsLostWhenNodeIsFrozen() throws Exception {
    whileAtWork(
        () -> {
          int elected = nodes.elected();
          nodes.freeze(elected);
          try {
            await(() -> nodes.count() == 2);
            awaitWrites();
          } finally {
            nodes.thaw(elected);
          }
          await(() -> nodes.count() == 3);
          awaitWrites();
        });
    nodes.start();
    requireAcknowledged();
    report("frozen");
  }

  private void whileAtWork(Runnable failure) throws Exception {
    ExecutorService workers = Executors.newCachedThreadPool();
    try {
      for (int i = 0; i < WRITERS; i++) {
        long first = 1 + (long) i * MESSAGES;
        work.add(workers.submit(() -> write(first)));
      }
      work.add(workers.submit(this::search));
      awaitWrites();
      failure.run();
      over = true;
      for (Future<?> worker : work) {
        worker.get();
      }
    } finally {
      over = true;
      workers.shutdownNow();
    }
  }

  private void awaitWrites() {
    long from = writes.get();
    await(() -> writes.get() >= from + WRITES);
  }

  /** Waits for a condition, unless a worker has failed. */
  private void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      for (Future<?> worker : work) {
        assertFalse(worker.isDone(), "a worker has ended: " + worker);
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  private void write(long first) {
    for (int version = 1; !over; version++) {
      List<MessageVectors> batch = new ArrayList<>();
      for (long id = first; id < first + MESSAGES; id++) {
        batch.add(version(id, version));
      }
      long begun = System.nanoTime();
      boolean done = false;
      while (!done && !over) {
        try {
          index.upsert(1, batch);
          done = true;
        } catch (StoreException e) {
          refused.incrementAndGet();
        }
      }
      if (done) {
        int written = version;
        batch.forEach(message -> acknowledged.put(message.messageId(), written));
        writes.incrementAndGet();
        longestStall.accumulateAndGet(System.nanoTime() - begun, Math::max);
      }
    }
  }

  private void search() {
    while (!over) {
      try {
        for (VectorHit hit : index.search(1, vector(7, 0), 10)) {
          assertEquals(hit.revision(), hit.start() / 10, "the version of the chunk in " + hit);
        }
        searches.incrementAndGet();
      } catch (StoreException e) {
        refused.incrementAndGet();
      }
    }
  }

  private void requireAcknowledged() {
    List<MessageVectors> found = index.vectors(1, acknowledged.keySet());
    assertEquals(acknowledged.size(), found.size(), "the acknowledged messages that are there");
    for (MessageVectors message : found) {
      int least = acknowledged.getOrDefault(message.messageId(), 0);
      assertTrue(
          message.revision() >= least,
          () -> "version " + least + " was acknowledged, but " + message.revision() + " is there");
      assertEquals(
          version(message.messageId(), (int) message.revision()), message, "a whole message");
    }
    assertEquals(
        acknowledged.size(),
        index.search(1, vector(7, 0), 10_000).stream()
            .filter(hit -> acknowledged.containsKey(hit.messageId()))
            .count(),
        "the acknowledged messages that a search finds");
  }

  private void report(String kind) {
    System.out.printf(
        "cluster %s: lost=0 writes=%d searches=%d refused=%d longest_stall_ms=%d%n",
        kind, writes.get(), searches.get(), refused.get(), longestStall.get() / 1_000_000);
  }

  /** Every chunk tells its version by its start, and the number of chunks depends on it. */
  private static MessageVectors version(long id, int version) {
    List<ChunkVector> chunks = new ArrayList<>();
    for (int i = 0; i <= version % 3; i++) {
      chunks.add(new ChunkVector(10 * version + i, 10 * version + 9, vector(id, i)));
    }
    return new MessageVectors(id, version, "digest " + version, chunks);
  }

  private static float[] vector(long id, int chunk) {
    float[] vector = new float[DIMENSION];
    Arrays.fill(vector, 0.1f);
    vector[(int) (id % DIMENSION)] = 1 + chunk;
    return vector;
  }
}
