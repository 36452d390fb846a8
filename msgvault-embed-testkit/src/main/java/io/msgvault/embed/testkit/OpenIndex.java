package io.msgvault.embed.testkit;

import io.msgvault.embed.ChunkVector;
import io.msgvault.embed.CoverageCheck;
import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.Generation;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.Scope;
import io.msgvault.embed.VectorHit;
import io.msgvault.embed.VectorStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** An index during a test, with the stores that are open on it. */
final class OpenIndex implements AutoCloseable {
  private final VectorStoreFixture fixture;
  private final List<VectorStore> opened = new CopyOnWriteArrayList<>();
  private VectorStore store;

  OpenIndex(VectorStoreFixture fixture) {
    this.fixture = fixture;
    store = open();
  }

  VectorStoreFixture fixture() {
    return fixture;
  }

  /** The first store. */
  VectorStore store() {
    return store;
  }

  /** One more store. */
  VectorStore open() {
    VectorStore another = fixture.open();
    opened.add(another);
    return another;
  }

  /** Closes the first store and puts a new one in its place. */
  VectorStore reopen() {
    store.close();
    store = open();
    return store;
  }

  /** Loses everything and opens the empty store that comes after it. */
  VectorStore wipe() {
    opened.forEach(VectorStore::close);
    opened.clear();
    fixture.wipe();
    store = open();
    return store;
  }

  /** Creates a generation with this id, of the model {@code model-<dimension>}. */
  Generation create(long id, int dimension) {
    return store.create(fingerprint("model-" + dimension, dimension), id);
  }

  /** Creates a generation and makes it the active one. */
  Generation createActive(long id, int dimension) {
    Generation created = create(id, dimension);
    store.activate(id, CoverageCheck.OVERRIDDEN);
    return created;
  }

  static Fingerprint fingerprint(String model, int dimension) {
    return new Fingerprint(model, dimension, "text-1", Scope.ALL);
  }

  Generation generation(long id) {
    return store
        .generation(id)
        .orElseThrow(() -> new BrokenRule("VS-3", "generation " + id + " is gone", null));
  }

  /** A message of one chunk for each vector. */
  static MessageVectors message(long id, float[]... vectors) {
    return message(id, 1, List.of(vectors));
  }

  /** A message of one chunk for each vector. */
  static MessageVectors message(long id, long revision, List<float[]> vectors) {
    List<ChunkVector> chunks = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      chunks.add(new ChunkVector(10 * i, 10 * i + 12, vectors.get(i)));
    }
    return new MessageVectors(id, revision, "digest " + revision, chunks);
  }

  /** The ids of hits, in their order. */
  static List<Long> ids(List<VectorHit> hits) {
    return hits.stream().map(VectorHit::messageId).toList();
  }

  /** All vectors of these messages. */
  List<MessageVectors> vectors(long generation, Long... ids) {
    return store.vectors(generation, Set.of(ids));
  }

  @Override
  public void close() {
    opened.forEach(VectorStore::close);
    fixture.close();
  }
}
