package io.msgvault.embed.testkit.model;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.VectorStoreFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** An index during a test, with the stores that are open on it. */
public final class IndexUnderTest implements AutoCloseable {
  private final VectorStoreFixture fixture;
  private final List<VectorStore> opened = new CopyOnWriteArrayList<>();
  private VectorStore store;

  public IndexUnderTest(VectorStoreFixture fixture) {
    this.fixture = fixture;
    store = open();
  }

  public VectorStoreFixture fixture() {
    return fixture;
  }

  /** The first store. */
  public VectorStore store() {
    return store;
  }

  /** One more store. */
  public VectorStore open() {
    VectorStore another = fixture.open();
    opened.add(another);
    return another;
  }

  /** Closes the first store and puts a new one in its place. */
  public VectorStore reopen() {
    store.close();
    store = open();
    return store;
  }

  /** Loses everything and opens the empty store that comes after it. */
  public VectorStore wipe() {
    opened.forEach(VectorStore::close);
    opened.clear();
    fixture.wipe();
    store = open();
    return store;
  }

  /** Creates a generation with this id, of the model {@code model-<dimension>}. */
  public Generation create(long id, int dimension) {
    return store.create(fingerprint("model-" + dimension, dimension), id);
  }

  /** Creates a generation and makes it the active one. */
  public Generation createActive(long id, int dimension) {
    Generation created = create(id, dimension);
    store.activate(id, CoverageCheck.NONE);
    return created;
  }

  public static Fingerprint fingerprint(String model, int dimension) {
    return new Fingerprint(model, dimension, "text-1", Scope.ALL);
  }

  public Generation generation(long id) {
    return store
        .generation(id)
        .orElseThrow(() -> Expect.violationOf("VS-3", "generation " + id + " is gone"));
  }

  /** A message of one chunk for each vector. */
  public static MessageVectors message(long id, float[]... vectors) {
    return message(id, 1, List.of(vectors));
  }

  /** A message of one chunk for each vector. */
  public static MessageVectors message(long id, long revision, List<float[]> vectors) {
    List<ChunkVector> chunks = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      chunks.add(new ChunkVector(10 * i, 10 * i + 12, vectors.get(i)));
    }
    return new MessageVectors(id, revision, "digest " + revision, chunks);
  }

  /** The ids of hits, in their order. */
  public static List<Long> ids(List<VectorHit> hits) {
    return hits.stream().map(VectorHit::messageId).toList();
  }

  /** All vectors of these messages. */
  public List<MessageVectors> vectors(long generation, Long... ids) {
    return store.vectors(generation, Set.of(ids));
  }

  @Override
  public void close() {
    opened.forEach(VectorStore::close);
    fixture.close();
  }
}
