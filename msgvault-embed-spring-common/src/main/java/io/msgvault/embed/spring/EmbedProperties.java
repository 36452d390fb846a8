package io.msgvault.embed.spring;

import io.msgvault.embed.model.Scope;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code msgvault.embed.*}. What is null has the default of the library.
 *
 * @param enabled Whether the beans are made.
 * @param access What the stores may do to their tables and files.
 * @param postgresql Where PostgreSQL keeps archive and index.
 * @param sqlite The files of archive and index on SQLite.
 * @param opensearch An OpenSearch cluster that has vectors and words.
 * @param mapping The tables of your own that hold the messages.
 * @param archives Several archives, each with the tables of a mapping, by name.
 * @param words The index of words.
 * @param onnx An embedder on local ONNX files.
 * @param http An embedder at an OpenAI-compatible endpoint.
 * @param embeddingModel An EmbeddingModel bean of Spring AI or LangChain4j as the embedder.
 * @param scope The messages that are covered.
 * @param job The runs.
 */
@ConfigurationProperties("msgvault.embed")
public record EmbedProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("install") Access access,
    @DefaultValue Postgresql postgresql,
    @DefaultValue Sqlite sqlite,
    @DefaultValue OpenSearch opensearch,
    @NestedConfigurationProperty @Nullable MappingProperties mapping,
    @DefaultValue Map<String, MappingProperties> archives,
    @DefaultValue Words words,
    @DefaultValue Onnx onnx,
    @DefaultValue Http http,
    @DefaultValue EmbeddingModel embeddingModel,
    @DefaultValue Covered scope,
    @DefaultValue Job job) {

  /** Says what the stores may do to their tables and files. */
  public enum Access {
    /** Creates or completes tables and files, then reads and writes. */
    INSTALL,
    /** Reads and writes what is installed, and creates nothing. */
    OPEN,
    /** Only reads. Nothing runs. */
    READ_ONLY
  }

  /**
   * The properties {@code msgvault.embed.postgresql.*}.
   *
   * @param schema Schema of archive and index. Default: 'public' with a mapping, otherwise
   *     'msgvault'. The index of a mapping with a name has a schema of its own, which ends with '_'
   *     and the name.
   * @param halfPrecision Whether new generations are indexed in half precision, in half the memory.
   * @param buildMemory Memory for building an index. Default: 256MB.
   * @param buildWorkers Number of the server's processes that help to build an index. Default: 2.
   */
  public record Postgresql(
      @Nullable String schema,
      @DefaultValue("false") boolean halfPrecision,
      @Nullable DataSize buildMemory,
      @Nullable Integer buildWorkers) {}

  /**
   * The properties {@code msgvault.embed.sqlite.*}.
   *
   * @param archive File of the messages. If it is set, archive and index are on SQLite, and no data
   *     source is used.
   * @param vectors File of the vectors. Default: beside the archive, with '-vectors' in its name.
   *     That of a mapping with a name ends with '_' and the name.
   */
  public record Sqlite(@Nullable Path archive, @Nullable Path vectors) {}

  /**
   * The properties {@code msgvault.embed.opensearch.*}.
   *
   * @param nodes Addresses of the nodes, such as 'https://search-1:9200'. If they are set, vectors
   *     and words are on the cluster.
   * @param user Name that is sent with each request.
   * @param password Password of the user.
   * @param headers Headers of each request, by name.
   * @param timeout Maximum duration of a request to one node. Default: 1 minute.
   * @param prefix How the names of the indexes begin, which no other archive of the cluster may
   *     have. The indexes of a mapping with a name begin with this, '_' and the name.
   * @param words Whether the words are on the cluster, too.
   * @param copyVectors Whether vectors that the database or the file has are copied to the cluster
   *     before the first run.
   * @param vectorsExpected Number of vectors that are expected, which decides on the number of
   *     shards. Default: up to ten million.
   * @param wordShards Number of shards of the words. Default: 1.
   * @param replicas Number of copies of each shard beside the first. Default: 1.
   * @param activeCopies Number of copies of a shard that must be there for a write. Default: 1.
   * @param engine What searches the vectors. Default: lucene.
   * @param compression How much smaller the vectors in memory are: 1 or 4 with lucene; 1, 8, 16 or
   *     32 with faiss. Default: 1.
   * @param candidates Number of messages of each shard that a search compares exactly. Default:
   *     100.
   */
  public record OpenSearch(
      @DefaultValue List<URI> nodes,
      @Nullable String user,
      @Nullable String password,
      @DefaultValue Map<String, String> headers,
      @Nullable Duration timeout,
      @Nullable String prefix,
      @DefaultValue("true") boolean words,
      @DefaultValue("true") boolean copyVectors,
      @Nullable Long vectorsExpected,
      @Nullable Integer wordShards,
      @Nullable Integer replicas,
      @Nullable Integer activeCopies,
      @Nullable Engine engine,
      @Nullable Integer compression,
      @Nullable Integer candidates) {

    /** Says what searches the vectors. */
    public enum Engine {
      /** Lucene, which is a part of every cluster. */
      LUCENE,
      /** Faiss, whose native library comes with the k-NN plugin. */
      FAISS
    }

    /** Returns the addresses and the prefix alone, since password and headers are secrets. */
    @Override
    public String toString() {
      return "OpenSearch[nodes=" + nodes + ", prefix=" + prefix + "]";
    }
  }

  /**
   * The properties {@code msgvault.embed.words.*}.
   *
   * @param enabled Whether messages are found by words, too.
   * @param language Language of the stems, such as 'german', or 'none'. Other than 'english' and
   *     'none' need msgvault-embed-lucene.
   * @param directory Directory of the words on SQLite. Default: beside the archive, with '-words'
   *     in its name.
   */
  public record Words(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("english") String language,
      @Nullable Path directory) {}

  /**
   * The properties {@code msgvault.embed.onnx.*}.
   *
   * @param model Model file in ONNX format: a path, or 'classpath:' and the name of a resource. If
   *     it is set, this is the embedder.
   * @param tokenizer The model's tokenizer.json: a path, or 'classpath:' and the name of a
   *     resource. Default: tokenizer.json beside the model.
   * @param name Name of the model. Default: the name of its file.
   * @param pooling How the vectors of tokens become one. Default: as the files beside the tokenizer
   *     say, or else the mean.
   * @param normalise Whether vectors are scaled to length 1.
   * @param queryPrefix Text before each question, with a space at its end.
   * @param documentPrefix Text before each document, with a space at its end.
   * @param maxInputTokens Maximum length of an input in tokens. Default: as the files beside the
   *     tokenizer say, or else 512.
   * @param threads Number of threads that a call may use. Default: the number of processors.
   */
  public record Onnx(
      @Nullable String model,
      @Nullable String tokenizer,
      @Nullable String name,
      @Nullable Pooling pooling,
      @DefaultValue("true") boolean normalise,
      @Nullable String queryPrefix,
      @Nullable String documentPrefix,
      @Nullable Integer maxInputTokens,
      @Nullable Integer threads) {

    /** Says how the vectors of tokens become one. */
    public enum Pooling {
      /** The mean of all tokens. */
      MEAN,
      /** The vector of the first token. */
      CLS
    }
  }

  /**
   * The properties {@code msgvault.embed.http.*}.
   *
   * @param url URL of the endpoint, such as 'http://localhost:11434/v1'. If it is set, this is the
   *     embedder.
   * @param model Name of the model on the server.
   * @param key Key, sent as bearer token.
   * @param headers Headers of each request, by name.
   * @param dimension Dimension of the model's vectors. Default: asked of the server.
   * @param shortenTo Dimension that the server shortens vectors to, if the model supports it.
   * @param maxTokens Maximum length of a text in tokens. Default: unknown.
   * @param queryPrefix Text before each question, with a space at its end.
   * @param documentPrefix Text before each document, with a space at its end.
   * @param batchSize Maximum number of texts in a request. Default: 32 at first, then what is
   *     fastest.
   * @param concurrency Number of requests at once. Default: 4 at first, then what is fastest.
   * @param timeout Maximum duration of a request. Default: 2 minutes.
   */
  public record Http(
      @Nullable URI url,
      @Nullable String model,
      @Nullable String key,
      @DefaultValue Map<String, String> headers,
      @Nullable Integer dimension,
      @Nullable Integer shortenTo,
      @Nullable Integer maxTokens,
      @Nullable String queryPrefix,
      @Nullable String documentPrefix,
      @Nullable Integer batchSize,
      @Nullable Integer concurrency,
      @Nullable Duration timeout) {

    /** Returns address and model alone, since key and headers are secrets. */
    @Override
    public String toString() {
      return "Http[url=" + url + ", model=" + model + "]";
    }
  }

  /**
   * The properties {@code msgvault.embed.embedding-model.*}.
   *
   * @param name Name of the model in the index, which must change with whatever changes its
   *     vectors. If it is set, the EmbeddingModel bean of Spring AI or LangChain4j is the embedder.
   * @param dimension Dimension of the model's vectors. Default: asked of the model.
   * @param maxTokens Maximum length of a text in tokens. Default: unknown.
   * @param queryPrefix Text before each question, with a space at its end.
   * @param documentPrefix Text before each document, with a space at its end.
   * @param batchSize Maximum number of texts in a request. Default: 32.
   * @param concurrency Number of requests at once. Default: 1.
   */
  public record EmbeddingModel(
      @Nullable String name,
      @Nullable Integer dimension,
      @Nullable Integer maxTokens,
      @Nullable String queryPrefix,
      @Nullable String documentPrefix,
      @Nullable Integer batchSize,
      @Nullable Integer concurrency) {}

  /**
   * The properties {@code msgvault.embed.scope.*}.
   *
   * @param types Message types that are covered. Default: all.
   * @param sources Names of sources that are covered. Default: all.
   */
  public record Covered(@DefaultValue Set<String> types, @DefaultValue Set<String> sources) {
    /** Returns the scope. */
    public Scope toScope() {
      return new Scope(types, sources);
    }
  }

  /**
   * The properties {@code msgvault.embed.job.*}.
   *
   * @param enabled Whether this application runs the job. Searches work without.
   * @param interval Time between two runs.
   * @param failureInterval Time after a run that failed.
   * @param runFor Longest time of a run. The next one goes on at once.
   * @param sharedLease Whether several instances fill a generation together. Otherwise one does,
   *     and the others wait.
   * @param budget What each run may spend.
   * @param rateLimit How fast requests are sent.
   * @param backstopInterval Time between two backstops. Default: 24 hours.
   * @param requestTimeout Longest time of a request to the embedder. Default: 2 minutes.
   * @param keepRetired How long vectors of a retired generation are kept. Default: 7 days.
   */
  public record Job(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("10s") Duration interval,
      @DefaultValue("1m") Duration failureInterval,
      @DefaultValue("10m") Duration runFor,
      @DefaultValue("false") boolean sharedLease,
      @DefaultValue Budget budget,
      @DefaultValue RateLimit rateLimit,
      @Nullable Duration backstopInterval,
      @Nullable Duration requestTimeout,
      @Nullable Duration keepRetired) {

    /**
     * The properties {@code msgvault.embed.job.budget.*}.
     *
     * @param tokens Most tokens of a run. Default: no limit.
     * @param requests Most requests of a run. Default: no limit.
     * @param interval Time after a run that has spent tokens or requests.
     */
    public record Budget(
        @Nullable Long tokens, @Nullable Long requests, @DefaultValue("1h") Duration interval) {}

    /**
     * The properties {@code msgvault.embed.job.rate-limit.*}.
     *
     * @param requestsPerMinute Most requests in a minute. Default: no limit.
     * @param tokensPerMinute Most tokens in a minute. Default: no limit.
     */
    public record RateLimit(@Nullable Long requestsPerMinute, @Nullable Long tokensPerMinute) {}
  }
}
