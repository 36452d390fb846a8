package io.msgvault.embed.opensearch;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Keeps words on an OpenSearch cluster (version 2.19). It needs no plugin.
 *
 * <pre>{@code
 * var transport = OpenSearchTransport.http(URI.create("http://10.0.0.1:9200")).build();
 * try (var words = OpenSearchWordIndex.builder(transport, "mail").install()) {
 *   words.upsert(batch);
 *   var hits = words.search(WordQuery.parse("server room", words.analyzer()), 10);
 * }
 * }</pre>
 *
 * <p>Texts are analysed here, so the cluster gets terms and finds what every other index finds. It
 * ranks by its own BM25, with the constants and weights of the contract. A search first asks for
 * the figures of its terms, and then for the best messages, at the same copies of the shards.
 *
 * <p>A message is one document. If a call that writes throws {@link StoreException}, it may have
 * written some of its messages, each as a whole. Each write is durable on the primary shard and on
 * each replica that is in sync, and visible to all searches, once the call returns. That takes some
 * tens of milliseconds whatever the number of messages, so write batches.
 *
 * <p>With several shards, the score of a prefix depends a little on which of its words each shard
 * has. All other scores are as with one.
 *
 * <p>Safe for use by many threads, and by many instances in any process. An instance holds nothing
 * open; the transport stays the host's.
 */
public final class OpenSearchWordIndex implements WordIndex {
  private final Cluster cluster;
  private final WordDocuments documents;
  private final WordMarks marks;
  private final WordAnalyzer analyzer;

  private OpenSearchWordIndex(Cluster cluster, WordDocuments documents, WordAnalyzer analyzer) {
    this.cluster = cluster;
    this.documents = documents;
    this.marks = new WordMarks(cluster, documents);
    this.analyzer = analyzer;
  }

  /**
   * Returns a new builder.
   *
   * @param transport carries the requests; it stays the caller's
   * @param prefix begins the name of the index: lower-case letters, digits, {@code -} and {@code
   *     _}, a letter first, 60 characters at most
   * @throws IllegalArgumentException if the prefix is another
   */
  public static Builder builder(OpenSearchTransport transport, String prefix) {
    return new Builder(transport, prefix);
  }

  @Override
  public void bind(UUID archive) {
    marks.bind(archive);
  }

  @Override
  public Optional<UUID> archive() {
    return marks.read().archive();
  }

  @Override
  public WordAnalyzer analyzer() {
    cluster.requireOpen();
    return analyzer;
  }

  @Override
  public void upsert(Collection<MessageWords> batch) {
    cluster.requireOpen();
    MessageWords.requireValid(batch);
    Bulk bulk = documents.bulk();
    for (MessageWords message : batch) {
      bulk.index(message.messageId(), WordDocuments.document(message, analyzer));
    }
    finish(bulk);
  }

  @Override
  public void delete(Collection<Long> messageIds) {
    cluster.requireOpen();
    Bulk bulk = documents.bulk();
    messageIds.stream().distinct().forEach(bulk::delete);
    finish(bulk);
  }

  private void finish(Bulk bulk) {
    if (!bulk.finish()) {
      throw documents.notInstalled();
    }
  }

  @Override
  public long size() {
    return documents
        .search(
            Map.of(
                "size",
                0,
                "track_total_hits",
                true,
                "query",
                Map.of("exists", Map.of("field", "id"))))
        .get("hits", "total", "value")
        .asLong();
  }

  @Override
  public List<MessageRevision> entries(long afterId, int limit) {
    return pages().entries(afterId, limit);
  }

  @Override
  public List<MessageRevision> entries(Collection<Long> messageIds) {
    cluster.requireOpen();
    return pages().entries(messageIds);
  }

  private Pages pages() {
    return new Pages(body -> Optional.of(documents.search(body)));
  }

  @Override
  public OptionalLong lastRun() {
    return marks.read().lastRun();
  }

  @Override
  public void recordRun(long run) {
    marks.recordRun(run);
  }

  @Override
  public List<WordHit> search(WordQuery query, int k) {
    requirePositive(k);
    return search(query, k, List.of(List.of()));
  }

  @Override
  public List<WordHit> search(WordQuery query, int k, Collection<Long> messageIds) {
    requirePositive(k);
    return search(query, k, Pages.parts(messageIds));
  }

  private void requirePositive(int k) {
    cluster.requireOpen();
    if (k < 1) {
      throw new IllegalArgumentException("a search must ask for at least 1 hit, not " + k);
    }
  }

  /** Searches among each part of the ids; a part without ids stands for all. */
  private List<WordHit> search(WordQuery query, int k, List<List<Long>> parts) {
    WordSearch search = WordSearch.of(query, documents);
    if (search.isEmpty() || parts.isEmpty()) {
      return List.of();
    }
    Pages pages = new Pages(body -> Optional.of(documents.search(body, search.parameters())));
    List<WordHit> hits = new ArrayList<>();
    for (List<Long> part : parts) {
      pages.best(search.query(part), k).forEach(hit -> hits.add(search.hit(hit)));
    }
    return hits.stream()
        .sorted(
            Comparator.comparingDouble(WordHit::score)
                .reversed()
                .thenComparingLong(WordHit::messageId))
        .limit(k)
        .toList();
  }

  @Override
  public WordStatistics statistics(Collection<WordQuery.Term> terms) {
    cluster.requireOpen();
    return WordFigures.of(terms, documents).statistics(terms);
  }

  /** Refuses every later call. Nothing else is open. */
  @Override
  public void close() {
    cluster.close();
  }

  /** Builds an {@link OpenSearchWordIndex}. Not safe for concurrent use. */
  public static final class Builder {
    private final OpenSearchTransport transport;
    private final String prefix;
    private WordAnalyzer analyzer = WordAnalyzer.english();
    private int shards = 1;
    private int replicas = 1;

    private Builder(OpenSearchTransport transport, String prefix) {
      this.transport = transport;
      this.prefix = Names.requireValid(prefix);
    }

    /** Sets the analyzer of texts and questions. Default: the English one. */
    public Builder analyzer(WordAnalyzer analyzer) {
      this.analyzer = analyzer;
      return this;
    }

    /**
     * Sets the number of shards of an index that is installed. Default: 1, which is right up to
     * some fifty million messages.
     *
     * @param shards 1 to 1,024
     */
    public Builder shards(int shards) {
      this.shards = Names.requireBetween("shards", shards, 1, 1_024);
      return this;
    }

    /**
     * Sets the number of copies of each shard beside the first. Default: 1.
     *
     * @param replicas 0 to 10
     */
    public Builder replicas(int replicas) {
      this.replicas = Names.requireBetween("replicas", replicas, 0, 10);
      return this;
    }

    /**
     * Creates the index if it is missing, and opens it.
     *
     * @throws WordPolicyException if its words have another policy
     * @throws BrokenIndexException if it has settings that break the contract
     * @throws StoreException if the cluster can't be reached
     */
    public OpenSearchWordIndex install() {
      WordDocuments documents = documents();
      documents.create(analyzer.policy(), shards, replicas);
      return open(documents);
    }

    /**
     * Opens the index. Creates nothing.
     *
     * @throws NotInstalledException if there is none
     * @throws WordPolicyException if its words have another policy
     * @throws BrokenIndexException if it has settings that break the contract
     * @throws StoreException if the cluster can't be reached
     */
    public OpenSearchWordIndex open() {
      return open(documents());
    }

    private OpenSearchWordIndex open(WordDocuments documents) {
      documents.requirePolicy(analyzer.policy());
      return new OpenSearchWordIndex(documents.cluster(), documents, analyzer);
    }

    /**
     * Deletes the index, also one of another policy. A later run fills a new one.
     *
     * @throws StoreException if the cluster can't be reached
     */
    public void uninstall() {
      documents().delete();
    }

    private WordDocuments documents() {
      return new WordDocuments(new Cluster(transport, "the word index " + prefix), prefix);
    }
  }
}
