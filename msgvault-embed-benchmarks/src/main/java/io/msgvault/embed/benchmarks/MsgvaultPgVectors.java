package io.msgvault.embed.benchmarks;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageVectors;
import java.util.ArrayList;
import java.util.List;

/** One generation of this library, indexed before or after the fill. */
final class MsgvaultPgVectors implements VectorBackend {
  private final PgVectorStore store;
  private final long generation;
  private final boolean indexedFirst;

  private MsgvaultPgVectors(
      PgVectorStore store, long generation, int dimension, boolean indexedFirst) {
    this.store = store;
    this.generation = generation;
    this.indexedFirst = indexedFirst;
    store.create(new Fingerprint("model", dimension, "text", Scope.ALL), generation);
    if (indexedFirst) {
      store.activate(generation, CoverageCheck.NONE);
    }
  }

  static MsgvaultPgVectors indexedLast(PgVectorStore store, long generation, int dimension) {
    return new MsgvaultPgVectors(store, generation, dimension, false);
  }

  static MsgvaultPgVectors indexedFirst(PgVectorStore store, long generation, int dimension) {
    return new MsgvaultPgVectors(store, generation, dimension, true);
  }

  @Override
  public String name() {
    return "msgvault-embed, " + (indexedFirst ? "into a ready index" : "filled, then indexed");
  }

  @Override
  public String manualSteps() {
    return "nothing";
  }

  @Override
  public void add(int first, List<float[]> vectors) {
    List<MessageVectors> batch = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      batch.add(
          new MessageVectors(
              first + i + 1, 1, "digest", List.of(new ChunkVector(0, 1, vectors.get(i)))));
    }
    store.upsert(generation, batch);
  }

  @Override
  public void finishFill() {
    if (!indexedFirst) {
      store.activate(generation, CoverageCheck.NONE);
    }
  }

  @Override
  public List<Integer> search(float[] query, int k) {
    return store.search(generation, query, k).stream()
        .map(hit -> (int) hit.messageId() - 1)
        .toList();
  }
}
