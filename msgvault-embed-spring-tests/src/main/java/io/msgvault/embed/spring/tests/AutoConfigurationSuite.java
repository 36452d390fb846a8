package io.msgvault.embed.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.VectorCopy;
import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.http.HttpEmbedder;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.onnx.OnnxEmbedder;
import io.msgvault.embed.opensearch.OpenSearchTransport;
import io.msgvault.embed.pgvector.PgMessageStore;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.spring.EmbedDataSource;
import io.msgvault.embed.spring.EmbedJobCustomizer;
import io.msgvault.embed.spring.EmbedRuns;
import io.msgvault.embed.spring.SearcherCustomizer;
import io.msgvault.embed.spring.internal.EmbedAutoConfiguration;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.WordAnalyzer;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** Which beans there are, by properties, class path and the host's own beans. */
public abstract class AutoConfigurationSuite {
  @TempDir private Path folder;

  /** An application whose properties name nothing. */
  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(EmbedAutoConfiguration.class));

  /** An application on SQLite files with an embedder. */
  private ApplicationContextRunner sqlite() {
    return bare.withPropertyValues("msgvault.embed.sqlite.archive=" + folder.resolve("mail.db"))
        .withBean("hashes", Embedder.class, HashEmbedder::new);
  }

  // What there is

  @Test
  void sqliteFileGivesAllBeans() {
    sqlite()
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(MessageArchive.class)
                    .hasSingleBean(SqliteMessageStore.class)
                    .hasSingleBean(VectorStore.class)
                    .hasSingleBean(LuceneWordIndex.class)
                    .hasSingleBean(EmbedJob.class)
                    .hasSingleBean(EmbedRuns.class)
                    .hasSingleBean(Searcher.class)
                    .doesNotHaveBean(ArchiveMapping.class));
  }

  @Test
  void disabledGivesNone() {
    sqlite()
        .withPropertyValues("msgvault.embed.enabled=false")
        .run(
            context ->
                assertThat(context).doesNotHaveBean(EmbedJob.class).doesNotHaveBean("embedParts"));
  }

  @Test
  void wordsCanBeLeftOut() {
    sqlite()
        .withPropertyValues("msgvault.embed.words.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(WordIndex.class));
    sqlite()
        .withClassLoader(new FilteredClassLoader("io.msgvault.embed.lucene"))
        .run(context -> assertThat(context).doesNotHaveBean(WordIndex.class));
  }

  @Test
  void wordsHaveTheirLanguage() {
    sqlite()
        .withPropertyValues("msgvault.embed.words.language=german")
        .run(context -> assertThat(context.getBean(WordIndex.class).policy()).contains("german"));
  }

  @Test
  void jobCanRunElsewhere() {
    sqlite()
        .withPropertyValues("msgvault.embed.job.enabled=false")
        .run(
            context ->
                assertThat(context).doesNotHaveBean(EmbedRuns.class).hasSingleBean(EmbedJob.class));
  }

  @Test
  void nothingIsInstalledWhereItMustBeThere() {
    sqlite()
        .withPropertyValues("msgvault.embed.access=open")
        .run(context -> assertThat(context).hasFailed());
  }

  @Test
  void bootsOwnExecutorStays() {
    sqlite()
        .withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
        .run(context -> assertThat(context).hasBean("applicationTaskExecutor"));
  }

  @Test
  void virtualThreadsAreUsedWhereTheyAre() {
    List<Boolean> virtual = new ArrayList<>();
    sqlite()
        .withPropertyValues("spring.threads.virtual.enabled=true")
        .withBean(
            EmbedJobCustomizer.class,
            () -> job -> job.listener(event -> virtual.add(isVirtual(Thread.currentThread()))))
        .run(
            context -> {
              EmbedRuns runs = context.getBean(EmbedRuns.class);
              runs.onApplicationEvent(ready(context.getSourceApplicationContext()));
              StartedApplication.await(() -> !virtual.isEmpty());
            });
    assertThat(virtual).containsOnly(Runtime.version().feature() >= 21);
  }

  private static org.springframework.boot.context.event.ApplicationReadyEvent ready(
      org.springframework.context.ConfigurableApplicationContext context) {
    return new org.springframework.boot.context.event.ApplicationReadyEvent(
        new org.springframework.boot.SpringApplication(),
        new String[0],
        context,
        java.time.Duration.ZERO);
  }

  private static boolean isVirtual(Thread thread) {
    return thread.toString().startsWith("VirtualThread");
  }

  // Settings

  @Test
  void propertiesGiveTheMapping() {
    ArchiveMapping expected =
        ArchiveMapping.builder("mails", "id")
            .subject("title")
            .html("page")
            .bodies("texts", "mail_id")
            .deleted("gone", ArchiveMapping.Marker.NULL_WHILE_LIVE)
            .type("kind")
            .source(ArchiveMapping.Name.in("account"))
            .sender(ArchiveMapping.Name.by("from_id", "people", "id", "address"))
            .recipients(
                new ArchiveMapping.Recipients(
                    new ArchiveMapping.Related("receivers", "mail_id"),
                    java.util.Optional.of("field"),
                    ArchiveMapping.Name.in("address")))
            .labels(
                new ArchiveMapping.Labels(
                    new ArchiveMapping.Related("tags", "mail_id"),
                    ArchiveMapping.Name.by("tag_id", "tag_names", "id", "name")))
            .attachments("files", "mail_id", "name")
            .conversation("thread")
            .sentAt("sent", ArchiveMapping.TimeFormat.EPOCH_SECONDS)
            .sizeBytes("size")
            .build();
    bare.withBean(MessageStore.class, AutoConfigurationSuite::messages)
        .withBean(VectorStore.class, AutoConfigurationSuite::vectors)
        .withBean(Embedder.class, HashEmbedder::new)
        .withPropertyValues(
            properties(
                "msgvault.embed.mapping.",
                "messages=mails",
                "id=id",
                "subject=title",
                "html=page",
                "bodies.table=texts",
                "bodies.message-id=mail_id",
                "deleted.column=gone",
                "deleted.marker=null-while-live",
                "type=kind",
                "source.column=account",
                "sender.column=from_id",
                "sender.table=people",
                "sender.key=id",
                "sender.name=address",
                "recipients.table=receivers",
                "recipients.message-id=mail_id",
                "recipients.kind=field",
                "recipients.address.column=address",
                "labels.table=tags",
                "labels.message-id=mail_id",
                "labels.label.column=tag_id",
                "labels.label.table=tag_names",
                "labels.label.key=id",
                "labels.label.name=name",
                "attachments.table=files",
                "attachments.message-id=mail_id",
                "attachments.name=name",
                "conversation=thread",
                "sent-at.column=sent",
                "sent-at.format=epoch-seconds",
                "size-bytes=size"))
        .run(context -> assertThat(context.getBean(ArchiveMapping.class)).isEqualTo(expected));
  }

  private static String[] properties(String prefix, String... rest) {
    return java.util.Arrays.stream(rest).map(prefix::concat).toArray(String[]::new);
  }

  @Test
  void incompleteMappingNamesTheProperty() {
    failing(
        sqlite()
            .withPropertyValues(
                "msgvault.embed.mapping.messages=mails", "msgvault.embed.mapping.subject=title"),
        "msgvault.embed.mapping.id");
  }

  @Test
  void endpointIsAnEmbedder() {
    bare.withPropertyValues(
            "msgvault.embed.sqlite.archive=" + folder.resolve("mail.db"),
            "msgvault.embed.http.url=http://localhost:1/v1",
            "msgvault.embed.http.model=tiny",
            "msgvault.embed.http.dimension=8",
            "msgvault.embed.http.max-tokens=100",
            "msgvault.embed.http.batch-size=5",
            "msgvault.embed.http.concurrency=3",
            "msgvault.embed.http.query-prefix=q: ",
            "msgvault.embed.http.document-prefix=d: ",
            "msgvault.embed.http.timeout=3s",
            "msgvault.embed.http.key=secret",
            "msgvault.embed.http.headers.X-Tenant=one")
        .run(
            context -> {
              HttpEmbedder embedder = context.getBean(HttpEmbedder.class);
              assertThat(embedder.model().dimension()).isEqualTo(8);
              assertThat(embedder.model().maxTokens()).isEqualTo(100);
              assertThat(embedder.model().queryPrefix()).isEqualTo("q:");
              assertThat(embedder.batchSize()).isEqualTo(5);
              assertThat(embedder.concurrency()).isEqualTo(3);
            });
  }

  @Test
  void embeddingModelOfLangChain4jIsAnEmbedder() {
    embeddingModelIsAnEmbedder(dev.langchain4j.model.embedding.EmbeddingModel.class);
  }

  @Test
  void embeddingModelOfSpringAiIsAnEmbedder() {
    embeddingModelIsAnEmbedder(org.springframework.ai.embedding.EmbeddingModel.class);
  }

  private <T> void embeddingModelIsAnEmbedder(Class<T> type) {
    ApplicationContextRunner runner =
        bare.withPropertyValues(
            "msgvault.embed.sqlite.archive=" + folder.resolve("mail.db"),
            "msgvault.embed.embedding-model.name=small",
            "msgvault.embed.embedding-model.dimension=8",
            "msgvault.embed.embedding-model.max-tokens=100",
            "msgvault.embed.embedding-model.batch-size=5",
            "msgvault.embed.embedding-model.concurrency=3");
    failing(runner, "msgvault-embed-spring-ai", "msgvault-embed-langchain4j");
    runner
        .withBean(type, () -> fake(type, method -> ""))
        .run(
            context -> {
              Embedder embedder = context.getBean(Embedder.class);
              assertThat(embedder.model().name()).isEqualTo("small");
              assertThat(embedder.model().dimension()).isEqualTo(8);
              assertThat(embedder.model().maxTokens()).isEqualTo(100);
              assertThat(embedder.batchSize()).isEqualTo(5);
              assertThat(embedder.concurrency()).isEqualTo(3);
            });
  }

  @Test
  void customizersComeLast() {
    List<String> called = new ArrayList<>();
    sqlite()
        .withBean(EmbedJobCustomizer.class, () -> job -> called.add("job"))
        .withBean(SearcherCustomizer.class, () -> searcher -> called.add("searcher"))
        .run(context -> assertThat(called).containsExactlyInAnyOrder("job", "searcher"));
  }

  @Test
  void settingsReachTheJob() {
    sqlite()
        .withPropertyValues(
            "msgvault.embed.scope.types=email,sms",
            "msgvault.embed.job.budget.tokens=1000",
            "msgvault.embed.job.rate-limit.requests-per-minute=60",
            "msgvault.embed.job.backstop-interval=2h",
            "msgvault.embed.job.request-timeout=9s",
            "msgvault.embed.job.keep-retired=1d")
        .run(
            context ->
                assertThat(context.getBean(EmbedJob.class).fingerprint().scope().types())
                    .containsExactlyInAnyOrder("email", "sms"));
  }

  // A cluster

  /** An application on SQLite files with its vectors on a cluster that nobody asks. */
  private ApplicationContextRunner cluster() {
    return sqlite()
        .withPropertyValues(
            "msgvault.embed.opensearch.nodes=http://localhost:1,http://localhost:2",
            "msgvault.embed.opensearch.prefix=mail",
            "msgvault.embed.opensearch.words=false");
  }

  @Test
  void clusterHasTheVectors() {
    cluster()
        .run(
            context -> {
              assertThat(context)
                  .hasSingleBean(OpenSearchTransport.class)
                  .hasSingleBean(VectorStore.class)
                  .doesNotHaveBean(SqliteVectorStore.class)
                  .hasSingleBean(LuceneWordIndex.class)
                  .hasSingleBean(VectorCopy.class);
              assertThat(context.getBean(VectorStore.class).generations()).isEmpty();
            });
    sqlite()
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(SqliteVectorStore.class)
                    .doesNotHaveBean(OpenSearchTransport.class)
                    .doesNotHaveBean(VectorCopy.class));
  }

  @Test
  void nodesMayBeAList() {
    sqlite()
        .withPropertyValues(
            "msgvault.embed.opensearch.nodes[0]=http://localhost:1",
            "msgvault.embed.opensearch.prefix=mail",
            "msgvault.embed.opensearch.words=false")
        .run(context -> assertThat(context).hasSingleBean(OpenSearchTransport.class));
  }

  @Test
  void vectorsAreCopiedOnlyWhereRunsBegin() {
    for (String property :
        List.of(
            "msgvault.embed.opensearch.copy-vectors=false", "msgvault.embed.job.enabled=false")) {
      cluster()
          .withPropertyValues(property)
          .run(context -> assertThat(context).doesNotHaveBean(VectorCopy.class));
    }
    cluster()
        .withBean("own", VectorStore.class, AutoConfigurationSuite::vectors)
        .run(context -> assertThat(context).doesNotHaveBean(VectorCopy.class));
  }

  @Test
  void settingsReachTheClusterByTheTransportOfTheHost() {
    List<String> requests = new ArrayList<>();
    OpenSearchTransport own =
        request -> {
          String body = new String(request.body(), StandardCharsets.UTF_8);
          requests.add(request.method() + " " + request.path() + " " + body);
          return new OpenSearchTransport.Reply(
              request.method().equals("GET") ? 404 : 200, "{}".getBytes(StandardCharsets.UTF_8));
        };
    sqlite()
        .withBean("own", OpenSearchTransport.class, () -> own)
        .withPropertyValues(
            "msgvault.embed.opensearch.prefix=mail",
            "msgvault.embed.opensearch.words=false",
            "msgvault.embed.opensearch.vectors-expected=25000000",
            "msgvault.embed.opensearch.replicas=2",
            "msgvault.embed.opensearch.active-copies=3",
            "msgvault.embed.opensearch.engine=faiss",
            "msgvault.embed.opensearch.compression=16",
            "msgvault.embed.opensearch.candidates=50")
        .run(
            context -> {
              assertThat(context.getBean(OpenSearchTransport.class)).isSameAs(own);
              VectorStore vectors = context.getBean(VectorStore.class);
              vectors.create(new Fingerprint("hashes", 2, "text", Scope.ALL), 1);
              MessageVectors message =
                  MessageVectors.withoutTextDigest(
                      1, 1, List.of(ChunkVector.withoutOffsets(new float[] {1, 0})));
              vectors.upsert(1, List.of(message));
              assertThat(requests)
                  .anySatisfy(
                      request ->
                          assertThat(request)
                              .startsWith("PUT /mail-vectors-1 ")
                              .contains(
                                  "\"number_of_shards\":3",
                                  "\"number_of_replicas\":2",
                                  "wait_for_active_shards\":3",
                                  "faiss",
                                  "16x"));
            });
  }

  @Test
  void clusterThatIsSetUpWronglyNamesTheProperty() {
    failing(
        sqlite().withPropertyValues("msgvault.embed.opensearch.nodes=http://localhost:1"),
        "msgvault.embed.opensearch.prefix");
    failing(
        cluster().withPropertyValues("msgvault.embed.opensearch.user=me"),
        "msgvault.embed.opensearch.password");
    failing(cluster().withPropertyValues("msgvault.embed.opensearch.prefix=Mail"), "a-z");
    failing(
        cluster().withPropertyValues("msgvault.embed.opensearch.compression=32"),
        "LUCENE compresses by one of [1, 4]");
    failing(
        cluster().withClassLoader(new FilteredClassLoader("io.msgvault.embed.opensearch")),
        "io.msgvault:msgvault-embed-opensearch");
  }

  @Test
  void moduleOfTheClusterMayBeAbsent() {
    sqlite()
        .withClassLoader(new FilteredClassLoader("io.msgvault.embed.opensearch"))
        .run(context -> assertThat(context).hasSingleBean(SqliteVectorStore.class));
  }

  // Back-off

  @Test
  void beansOfTheHostTakeThePlaceOfOurs() {
    backsOff(MessageStore.class, messages());
    backsOff(VectorStore.class, vectors());
    backsOff(WordIndex.class, words());
    backsOff(Embedder.class, new HashEmbedder());
    EmbedJob job = EmbedJob.builder(messages(), vectors(), new HashEmbedder()).build();
    backsOff(EmbedJob.class, job);
    backsOff(Searcher.class, Searcher.builder(messages(), vectors(), new HashEmbedder()).build());
  }

  private <T> void backsOff(Class<T> type, T own) {
    ApplicationContextRunner runner = type == Embedder.class ? endpoint() : sqlite();
    runner
        .withBean("own", type, () -> own)
        .run(context -> assertThat(context.getBean(type)).isSameAs(own));
  }

  private ApplicationContextRunner endpoint() {
    return bare.withPropertyValues(
        "msgvault.embed.sqlite.archive=" + folder.resolve("mail.db"),
        "msgvault.embed.http.url=http://localhost:1/v1",
        "msgvault.embed.http.model=tiny");
  }

  @Test
  void hostsOwnMessageStoreHasNoBundledArchive() {
    sqlite()
        .withBean("own", MessageStore.class, AutoConfigurationSuite::messages)
        .run(context -> assertThat(context).doesNotHaveBean(MessageArchive.class));
  }

  @Test
  void jobAndSearcherOfTheHostNeedNoEmbedderBean() {
    bare.withBean(MessageStore.class, AutoConfigurationSuite::messages)
        .withBean(VectorStore.class, AutoConfigurationSuite::vectors)
        .withUserConfiguration(OwnJob.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnJob {
    @Bean
    EmbedJob job(MessageStore messages, VectorStore vectors) {
      return EmbedJob.builder(messages, vectors, new HashEmbedder()).build();
    }

    @Bean
    Searcher searcher(MessageStore messages, VectorStore vectors) {
      return Searcher.builder(messages, vectors, new HashEmbedder()).build();
    }
  }

  // Failures

  @Test
  void failuresNameTheRemedy() {
    failing(bare, "spring.datasource.url", "msgvault.embed.sqlite.archive");
    failing(
        bare.withPropertyValues("msgvault.embed.sqlite.archive=" + folder.resolve("mail.db")),
        "msgvault.embed.onnx.model",
        "msgvault.embed.http.url");
    failing(
        sqlite().withClassLoader(new FilteredClassLoader(SqliteMessageStore.class)),
        "io.msgvault:msgvault-embed-sqlite");
    failing(
        bare.withBean(DataSource.class, () -> database("PostgreSQL"))
            .withClassLoader(new FilteredClassLoader(PgMessageStore.class)),
        "io.msgvault:msgvault-embed-pgvector");
    failing(
        endpoint().withClassLoader(new FilteredClassLoader(HttpEmbedder.class)),
        "io.msgvault:msgvault-embed-http");
    failing(
        endpoint()
            .withPropertyValues("msgvault.embed.onnx.model=model.onnx")
            .withClassLoader(new FilteredClassLoader(OnnxEmbedder.class, HttpEmbedder.class)),
        "io.msgvault:msgvault-embed-onnx");
    failing(endpoint().withPropertyValues("msgvault.embed.onnx.model=m.onnx"), "Set one of them");
    failing(
        bare.withPropertyValues(
            "msgvault.embed.sqlite.archive=" + folder.resolve("mail.db"),
            "msgvault.embed.http.url=http://localhost:1/v1"),
        "msgvault.embed.http.model");
    failing(
        sqlite().withPropertyValues("msgvault.embed.words.language=klingon"), "klingon", "german");
    failing(
        sqlite().withPropertyValues("msgvault.embed.job.shared-lease=true"),
        "msgvault.embed.job.shared-lease");
  }

  @Test
  void dataSourceMustBeKnownAndOfPostgresql() {
    ApplicationContextRunner hashes = bare.withBean(Embedder.class, HashEmbedder::new);
    failing(hashes.withBean(DataSource.class, () -> database("H2")), "H2", "PostgreSQL");
    failing(
        hashes
            .withBean("one", DataSource.class, () -> database("PostgreSQL"))
            .withBean("two", DataSource.class, () -> database("PostgreSQL")),
        "@EmbedDataSource");
    failing(hashes.withUserConfiguration(Marked.class), "MarkedDB");
    failing(hashes.withBean(DataSource.class, UnusedProxy::new), "WrappedDB");
  }

  /** Takes part in transactions of the host, so its connections must not be used. */
  private static final class UnusedProxy extends TransactionAwareDataSourceProxy {
    UnusedProxy() {
      super(database("WrappedDB"));
    }

    @Override
    public Connection getConnection() {
      throw new IllegalStateException("the proxy was used");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Marked {
    @Bean
    DataSource other() {
      return database("OtherDB");
    }

    @Bean
    @EmbedDataSource
    DataSource mail() {
      return database("MarkedDB");
    }
  }

  private static void failing(ApplicationContextRunner runner, String... named) {
    runner.run(
        context -> {
          assertThat(context).as(String.join(", ", named)).hasFailed();
          assertThat(context.getStartupFailure())
              .rootCause()
              .isInstanceOf(EmbedConfigurationException.class)
              .message()
              .contains(named);
        });
  }

  private static MessageStore messages() {
    return new InMemoryMessageStore(new InMemoryArchive());
  }

  private static VectorStore vectors() {
    return new InMemoryVectorStore(new InMemoryIndex());
  }

  private static WordIndex words() {
    return new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordAnalyzer.english());
  }

  /** Returns a data source that answers nothing but the name of its database. */
  private static DataSource database(String product) {
    DatabaseMetaData metaData =
        fake(
            DatabaseMetaData.class,
            method -> method.equals("getDatabaseProductName") ? product : "");
    Connection connection = fake(Connection.class, method -> metaData);
    return fake(DataSource.class, method -> connection);
  }

  private static <T> T fake(Class<T> type, Function<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "close" -> null;
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  case "toString" -> type.getSimpleName();
                  default -> answers.apply(method.getName());
                }));
  }
}
