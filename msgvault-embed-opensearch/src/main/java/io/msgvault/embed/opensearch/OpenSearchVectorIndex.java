package io.msgvault.embed.opensearch;

import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.store.support.VectorMath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Keeps vectors on an OpenSearch cluster with the k-NN plugin (version 2.19). The ledger is kept
 * elsewhere, for example by a vector store on PostgreSQL:
 *
 * <pre>{@code
 * var transport = OpenSearchTransport.http(URI.create("http://10.0.0.1:9200")).build();
 * var index = OpenSearchVectorIndex.builder(transport, "mail").vectorsExpected(50_000_000).build();
 * VectorStore vectors = VectorStore.of(ledger, index);
 * }</pre>
 *
 * <p>Each generation is an index of its own, and dropping it deletes that index. A message is one
 * document, and its chunks are nested in it. So a message is replaced as a whole, and no reader
 * sees half of it.
 *
 * <p><b>A batch is not one transaction.</b> All vectors of a batch are checked before the first is
 * sent. But if a call throws {@link StoreException}, it may have written some of its messages, each
 * as a whole. Repeating the call is safe.
 *
 * <p><b>Durability.</b> A call returns once its documents are flushed to the disk of the primary
 * shard and of each replica that is in sync. So with one replica, any node may be lost at any time.
 * Indexes that are set up otherwise are refused.
 *
 * <p><b>Searches</b> are approximate, and then compare {@linkplain Builder#candidates candidates}
 * exactly, in the same request. Their scores are exact. Searches among given messages compare each
 * of them. A reply that lacks a shard is an error, never a part of the hits.
 *
 * <p>Vectors whose length is below 1e-18 or above 1e18 are refused, since the cluster computes in
 * single precision.
 *
 * <p>Safe for use by many threads, and by many instances in any process. An instance holds nothing
 * open; the transport stays the host's.
 */
public final class OpenSearchVectorIndex implements VectorIndex {
  private static final double RECALL = 0.98;
  private static final double SHORTEST = 1e-18;
  private static final double LONGEST = 1e18;

  /** How many messages one request asks for, with their vectors. */
  private static final int MESSAGES_PER_READ = 200;

  private final Cluster cluster;
  private final VectorSettings settings;
  private final GenerationIndex generations;

  private OpenSearchVectorIndex(Cluster cluster, VectorSettings settings) {
    this.cluster = cluster;
    this.settings = settings;
    this.generations = new GenerationIndex(cluster, settings);
  }

  /**
   * Returns a new builder.
   *
   * @param transport carries the requests; it stays the caller's
   * @param prefix begins the names of all indexes: lower-case letters, digits, {@code -} and {@code
   *     _}, a letter first, 60 characters at most
   * @throws IllegalArgumentException if the prefix is another
   */
  public static Builder builder(OpenSearchTransport transport, String prefix) {
    return new Builder(transport, prefix);
  }

  @Override
  public void upsert(long generation, Collection<MessageVectors> batch) {
    cluster.requireOpen();
    if (batch.isEmpty()) {
      return;
    }
    OptionalInt known = generations.dimension(generation);
    int dimension = known.orElseGet(() -> batch.iterator().next().chunks().get(0).vector().length);
    requireValid(batch, dimension);
    if (known.isEmpty()) {
      generations.create(generation, dimension);
    }
    if (!write(generation, batch)) {
      // Its index was deleted after it was last seen.
      generations.forget(generation);
      generations.create(generation, dimension);
      if (!write(generation, batch)) {
        throw new StoreException(
            "the index of generation " + generation + " was deleted during a write: try again");
      }
    }
    generations.refreshAfterWrite(generation);
  }

  private static void requireValid(Collection<MessageVectors> batch, int dimension) {
    MessageVectors.requireValid(batch, dimension);
    for (MessageVectors message : batch) {
      for (ChunkVector chunk : message.chunks()) {
        double length = VectorMath.norm(chunk.vector());
        if (length < SHORTEST || length > LONGEST) {
          throw new InvalidVectorException(
              "a vector of message "
                  + message.messageId()
                  + " has the length "
                  + length
                  + ", which the cluster can't compute with: scale the vectors of the model");
        }
      }
    }
  }

  private boolean write(long generation, Collection<MessageVectors> batch) {
    Bulk bulk = new Bulk(cluster, generations.all(generation), "");
    for (MessageVectors message : batch) {
      bulk.index(message.messageId(), document(message));
    }
    return bulk.finish();
  }

  private static Map<String, ?> document(MessageVectors message) {
    return Map.of(
        "id", message.messageId(),
        "revision", message.revision(),
        "digest", message.textDigest(),
        "count", message.chunks().size(),
        "chunks",
            message.chunks().stream()
                .map(
                    chunk ->
                        Map.of(
                            "start", chunk.start(),
                            "end", chunk.end(),
                            "vector", chunk.vector()))
                .toList());
  }

  @Override
  public void delete(long generation, Collection<Long> messageIds) {
    cluster.requireOpen();
    if (messageIds.isEmpty()) {
      return;
    }
    Bulk bulk = new Bulk(cluster, generations.all(generation), "");
    messageIds.stream().distinct().forEach(bulk::delete);
    if (bulk.finish()) {
      generations.refreshAfterWrite(generation);
    }
  }

  @Override
  public IndexSize size(long generation) {
    Map<String, ?> body =
        Map.of(
            "size",
            0,
            "track_total_hits",
            true,
            "aggs",
            Map.of("chunks", Map.of("sum", Map.of("field", "count"))));
    return search(generation, body)
        .map(
            reply ->
                new IndexSize(
                    reply.get("hits", "total", "value").asLong(),
                    (long) reply.get("aggregations", "chunks", "value").asDouble()))
        .orElse(new IndexSize(0, 0));
  }

  @Override
  public List<MessageRevision> messageIds(long generation, long afterId, int limit) {
    return pages(generation).entries(afterId, limit);
  }

  private Pages pages(long generation) {
    return new Pages(body -> search(generation, body));
  }

  private Optional<Json> search(long generation, Map<String, ?> body) {
    cluster.requireOpen();
    generations.dimension(generation);
    return generations.search(generation, body);
  }

  @Override
  public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
    cluster.requireOpen();
    List<MessageVectors> messages = new ArrayList<>();
    if (generations.dimension(generation).isEmpty()) {
      return messages;
    }
    for (List<Long> part : Pages.parts(messageIds, MESSAGES_PER_READ)) {
      Cluster.Answer answer =
          cluster.send(
              "POST",
              "/" + generations.all(generation) + "/_mget",
              Map.of("ids", part.stream().map(String::valueOf).toList()));
      if (answer.isMissing()) {
        return List.of();
      }
      for (Json found : cluster.requireOk(answer).body().get("docs").list()) {
        requireRead(found);
        if (found.get("found").isTrue()) {
          messages.add(message(found.get("_source")));
        }
      }
    }
    return messages;
  }

  private void requireRead(Json found) {
    Optional<String> error = found.get("error", "type").text();
    if (error.isPresent() && !error.get().equals("index_not_found_exception")) {
      throw cluster.refused(0, error.get());
    }
  }

  private static MessageVectors message(Json document) {
    return new MessageVectors(
        document.get("id").asLong(),
        document.get("revision").asLong(),
        document.get("digest").text().orElse(""),
        document.get("chunks").list().stream()
            .map(
                chunk ->
                    new ChunkVector(
                        (int) chunk.get("start").asLong(),
                        (int) chunk.get("end").asLong(),
                        chunk.get("vector").floats()))
            .toList());
  }

  @Override
  public List<VectorHit> search(long generation, float[] query, int k) {
    if (!isSearchable(generation, query, k)) {
      return List.of();
    }
    float[] question = VectorMath.normalize(query);
    long candidates = Math.max(settings.candidates(), 4L * k);
    List<VectorHit> hits = List.of();
    if (candidates <= Pages.MAX_HITS) {
      hits = best(generation, VectorQueries.nearest(question, (int) candidates), k);
    }
    return hits.size() < k ? best(generation, VectorQueries.all(question), k) : hits;
  }

  @Override
  public List<VectorHit> searchExactly(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    if (!isSearchable(generation, query, k)) {
      return List.of();
    }
    float[] question = VectorMath.normalize(query);
    List<VectorHit> hits = new ArrayList<>();
    for (List<Long> part : Pages.parts(messageIds)) {
      hits.addAll(best(generation, VectorQueries.among(question, part), k));
    }
    return hits.stream()
        .sorted(
            Comparator.comparingDouble(VectorHit::score)
                .reversed()
                .thenComparingLong(VectorHit::messageId))
        .limit(k)
        .toList();
  }

  /** Checks a question, and returns whether there is anything to search. */
  private boolean isSearchable(long generation, float[] query, int k) {
    cluster.requireOpen();
    if (k < 1) {
      throw new IllegalArgumentException("a search must ask for at least 1 hit, not " + k);
    }
    OptionalInt dimension = generations.dimension(generation);
    VectorMath.requireValid("the query", query, dimension.orElse(query.length));
    return dimension.isPresent();
  }

  private List<VectorHit> best(long generation, Map<String, ?> query, int k) {
    return pages(generation).best(query, k).stream().map(VectorQueries::hit).toList();
  }

  @Override
  public double recall() {
    cluster.requireOpen();
    return RECALL;
  }

  /**
   * Lets writers refresh the generation from now on, so that searches find it refreshed. Until
   * then, writing costs no refresh, and each search refreshes first.
   */
  @Override
  public void prepare(long generation) {
    cluster.requireOpen();
    generations.serve(generation);
  }

  @Override
  public void drop(long generation) {
    cluster.requireOpen();
    generations.delete(generation);
  }

  /** Refuses every later call. Nothing else is open. */
  @Override
  public void close() {
    cluster.close();
  }

  /** Builds an {@link OpenSearchVectorIndex}. Not safe for concurrent use. */
  public static final class Builder {
    private static final long VECTORS_PER_SHARD = 10_000_000;

    private final OpenSearchTransport transport;
    private final String prefix;
    private int shards = 1;
    private int replicas = 1;
    private int activeCopies = 1;
    private int candidates = 100;
    private int compression = 1;
    private Engine engine = Engine.LUCENE;

    private Builder(OpenSearchTransport transport, String prefix) {
      this.transport = transport;
      this.prefix = Names.requireValid(prefix);
    }

    /**
     * Sets the number of shards of each generation that is created from now on. Default: 1.
     *
     * @param shards 1 to 1,024
     */
    public Builder shards(int shards) {
      this.shards = Names.requireBetween("shards", shards, 1, 1_024);
      return this;
    }

    /** Sets the number of shards so that each gets ten million of so many vectors. */
    public Builder vectorsExpected(long vectors) {
      return shards((int) Math.max(1, Math.min(1_024, 1 + (vectors - 1) / VECTORS_PER_SHARD)));
    }

    /**
     * Sets the number of copies of each shard beside the first. Default: 1. With 0, the loss of a
     * disk costs vectors, which the next backstop finds and embeds again.
     *
     * @param replicas 0 to 10
     */
    public Builder replicas(int replicas) {
      this.replicas = Names.requireBetween("replicas", replicas, 0, 10);
      return this;
    }

    /**
     * Sets how many copies of a shard must be there for a write to begin, up to one more than the
     * replicas. Default: 1. A higher number stops writes while a node is lost.
     */
    public Builder activeCopies(int copies) {
      this.activeCopies = Names.requireBetween("activeCopies", copies, 1, 11);
      return this;
    }

    /** Sets what searches the vectors. Default: {@link Engine#LUCENE}. */
    public Builder engine(Engine engine) {
      this.engine = engine;
      return this;
    }

    /**
     * Sets how much smaller the vectors are that a search chooses its candidates by. They cost
     * memory; the given vectors only cost disk. Default: 1.
     *
     * @param times 1 or 4 with Lucene; 1, 8, 16 or 32 with Faiss
     */
    public Builder compression(int times) {
      this.compression = times;
      return this;
    }

    /**
     * Sets how many messages of each shard a search compares exactly: this number, or four times
     * the number of hits, whichever is larger. Default: 100. More of them raise the recall.
     *
     * @param candidates 10 to 10,000
     */
    public Builder candidates(int candidates) {
      this.candidates = Names.requireBetween("candidates", candidates, 10, Pages.MAX_HITS);
      return this;
    }

    /**
     * Builds the index. Sends nothing.
     *
     * @throws IllegalArgumentException if the settings do not fit together
     */
    public OpenSearchVectorIndex build() {
      List<Integer> known = engine == Engine.LUCENE ? List.of(1, 4) : List.of(1, 8, 16, 32);
      if (!known.contains(compression)) {
        throw new IllegalArgumentException(
            engine + " compresses by one of " + known + ", not by " + compression);
      }
      if (activeCopies > replicas + 1) {
        throw new IllegalArgumentException(
            "writes would wait for "
                + activeCopies
                + " copies for ever: there are "
                + (replicas + 1)
                + "; set more replicas");
      }
      return new OpenSearchVectorIndex(
          new Cluster(transport, "the vector index " + prefix),
          new VectorSettings(
              prefix, shards, replicas, activeCopies, engine, compression, candidates));
    }

    /**
     * Deletes the vectors of all generations of this prefix, also those of other settings.
     *
     * @throws StoreException if the cluster can't be reached
     */
    public void uninstall() {
      Names.deleteAll(new Cluster(transport, "the vector index " + prefix), prefix + "-vectors-*");
    }
  }
}
