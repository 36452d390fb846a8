package io.msgvault.embed.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.search.ArchivesSearcher;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.spring.EmbedArchives;
import io.msgvault.embed.spring.StoreProbe;
import io.msgvault.embed.spring.internal.EmbedActuatorAutoConfiguration;
import io.msgvault.embed.spring.internal.EmbedAutoConfiguration;
import io.msgvault.embed.store.MessageStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A helpdesk's tickets and their comments, two archives of one application. */
public abstract class ArchivesSuite {
  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE tickets (id bigint PRIMARY KEY, title text, body text)",
          "CREATE TABLE comments (id bigint PRIMARY KEY, ticket bigint, body text)",
          "INSERT INTO tickets VALUES (1, 'Printer', 'smoke comes out of it')",
          "INSERT INTO comments VALUES (1, 1, 'the fan was stuck'), (2, 1, 'more smoke today')");

  @TempDir private Path folder;

  private static final String[] ARCHIVES = {
    "msgvault.embed.archives.tickets.messages=tickets",
    "msgvault.embed.archives.tickets.id=id",
    "msgvault.embed.archives.tickets.subject=title",
    "msgvault.embed.archives.tickets.text=body",
    "msgvault.embed.archives.comments.messages=comments",
    "msgvault.embed.archives.comments.id=id",
    "msgvault.embed.archives.comments.text=body",
    "msgvault.embed.archives.comments.conversation=ticket"
  };

  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  EmbedAutoConfiguration.class, EmbedActuatorAutoConfiguration.class))
          .withBean("hashes", Embedder.class, HashEmbedder::new)
          .withPropertyValues(ARCHIVES);

  private ApplicationContextRunner sqlite() throws SQLException {
    return bare.withPropertyValues(file());
  }

  /** Makes the tables in a file, and returns the property that names it. */
  private String file() throws SQLException {
    Path file = folder.resolve("desk.db");
    if (Files.notExists(file)) {
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement()) {
        for (String table : TABLES) {
          statement.execute(table.replace("bigint PRIMARY", "INTEGER PRIMARY"));
        }
      }
    }
    return "msgvault.embed.sqlite.archive=" + file;
  }

  @Test
  void archivesOfOneFileAreSearchedTogether() throws SQLException {
    sqlite().run(this::requireFound);
    assertThat(folder.resolve("desk-vectors_tickets.db")).exists();
    assertThat(folder.resolve("desk-vectors_comments.db")).exists();
    assertThat(folder.resolve("desk-words_comments")).isDirectory();
  }

  @Test
  void archivesOfOneSchemaAreSearchedTogether() {
    try (TestSchema schema = new TestSchema()) {
      schema.execute("SET search_path = " + schema.name() + "; " + String.join("; ", TABLES));
      try {
        bare.withPropertyValues("msgvault.embed.postgresql.schema=" + schema.name())
            .withBean(DataSource.class, () -> new DriverManagerDataSource(TestSchema.url()))
            .run(this::requireFound);
      } finally {
        for (String archive : List.of("tickets", "comments")) {
          schema.execute("DROP SCHEMA IF EXISTS " + schema.name() + "_" + archive + " CASCADE");
        }
      }
    }
  }

  @Test
  void archivesOfOneClusterAreSearchedTogether() throws SQLException {
    TestCluster cluster = new TestCluster();
    try {
      sqlite().withPropertyValues(cluster.properties()).run(this::requireFound);
      assertThat(folder.resolve("desk-words_comments")).doesNotExist();
    } finally {
      cluster.remove("tickets", "comments");
    }
  }

  private void requireFound(AssertableApplicationContext context) {
    assertThat(context)
        .hasSingleBean(EmbedArchives.class)
        .hasSingleBean(ArchivesSearcher.class)
        .hasSingleBean(StoreProbe.class)
        .doesNotHaveBean(MessageStore.class)
        .doesNotHaveBean(EmbedJob.class)
        .doesNotHaveBean(Searcher.class);
    EmbedArchives archives = context.getBean(EmbedArchives.class);
    archives.onApplicationEvent(ready(context.getSourceApplicationContext()));
    awaitComplete(archives);
    var found =
        context.getBean(ArchivesSearcher.class).search(SearchRequest.of("more smoke today"));
    assertThat(found.hits()).hasSize(3);
    assertThat(found.hits().get(0).archive()).isEqualTo("comments");
    assertThat(found.hits().get(0).hit().messageId()).isEqualTo(2);
    assertThat(found.hits().get(1).archive()).isEqualTo("tickets");
    assertThat(context.getBean(StoreProbe.class).ask())
        .isEqualTo(
            new StoreProbe.Answer(
                true, Map.of("tickets.index", "serving", "comments.index", "serving")));
  }

  private static void awaitComplete(EmbedArchives archives) {
    for (String archive : archives.names()) {
      StartedApplication.await(
          () -> {
            var status = archives.job(archive).status();
            return status.active().isPresent() && status.missing().orElse(1L) == 0;
          });
    }
  }

  @Test
  void actuatorHasOneEndpointForAll() throws SQLException {
    sqlite()
        .run(
            context ->
                assertThat(context)
                    .doesNotHaveBean("embedArchivesEndpoint")
                    .hasBean("embedArchivesInfoContributor"));
    sqlite()
        .withPropertyValues(
            "management.endpoints.web.exposure.include=msgvaultembed",
            "management.info.msgvaultembed.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasBean("embedArchivesEndpoint")
                    .doesNotHaveBean("embedEndpoint")
                    .doesNotHaveBean("embedArchivesInfoContributor"));
  }

  @Test
  void actuatorShowsEachArchiveByName() throws SQLException {
    try (StartedApplication application = start()) {
      awaitComplete(application.bean(EmbedArchives.class));
      assertThat(application.get("msgvaultembed").body())
          .startsWith("{\"tickets\":{\"active\":{")
          .contains("\"comments\":{\"active\":{");
      assertThat(application.get("msgvaultembed/comments").body())
          .startsWith("{\"active\":{")
          .contains("\"missing\":0", "\"embedded\":2", "\"problems\":[]");
      assertThat(application.get("msgvaultembed/mails").statusCode()).isEqualTo(400);
      assertThat(application.get("info").body())
          .contains("\"msgvaultembed\":{\"tickets\":{\"active\":{", "\"comments\":{\"active\":{");
      assertThat(application.get("health").body())
          .contains("\"tickets.index\":\"serving\"", "\"comments.index\":\"serving\"");
    }
  }

  @Test
  void actuatorActsOnTheArchiveThatIsNamed() throws SQLException {
    try (StartedApplication application = start("msgvault.embed.job.interval=1h")) {
      EmbedArchives archives = application.bean(EmbedArchives.class);
      awaitComplete(archives);
      assertThat(application.post("msgvaultembed/comments/rebuild").body())
          .isEqualTo("{\"begins\":\"soon\"}");
      StartedApplication.await(() -> generation(archives, "comments") > 1);
      assertThat(generation(archives, "tickets")).isEqualTo(1);
      assertThat(application.post("msgvaultembed/tickets/retry-rejected").body())
          .isEqualTo("{\"retried\":0}");
      assertThat(application.post("msgvaultembed/tickets/other").statusCode()).isEqualTo(400);
      assertThat(application.post("msgvaultembed/mails/run").statusCode()).isEqualTo(400);
    }
  }

  private StartedApplication start(String... more) throws SQLException {
    return StartedApplication.start(
        Stream.of(
                Stream.of(ARCHIVES),
                Stream.of(file(), SqliteApplicationSuite.NO_DATA_SOURCE),
                Stream.of(more))
            .flatMap(properties -> properties)
            .toArray(String[]::new));
  }

  private static long generation(EmbedArchives archives, String archive) {
    return archives.job(archive).status().active().orElseThrow().generation().id();
  }

  private static ApplicationReadyEvent ready(ConfigurableApplicationContext context) {
    return new ApplicationReadyEvent(
        new SpringApplication(), new String[0], context, Duration.ZERO);
  }

  @Test
  void metersHaveTheArchiveAsTag() throws SQLException {
    sqlite()
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(
            context -> {
              EmbedArchives archives = context.getBean(EmbedArchives.class);
              archives.onApplicationEvent(ready(context.getSourceApplicationContext()));
              MeterRegistry registry = context.getBean(MeterRegistry.class);
              for (String archive : archives.names()) {
                assertThat(
                        registry
                            .find("msgvault.embed.index.missing")
                            .tag("archive", archive)
                            .meters())
                    .isNotEmpty();
              }
            });
  }

  @Test
  void jobsCanRunElsewhere() throws SQLException {
    sqlite()
        .withPropertyValues("msgvault.embed.job.enabled=false")
        .run(context -> assertThat(context.getBean(EmbedArchives.class).runs("tickets")).isEmpty());
  }

  @Test
  void archivesCloseWithTheApplication() throws SQLException {
    List<EmbedArchives> closed = new ArrayList<>();
    sqlite().run(context -> closed.add(context.getBean(EmbedArchives.class)));
    assertThatThrownBy(() -> closed.get(0).job("tickets"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void searcherOfTheHostTakesItsPlace() throws SQLException {
    ArchivesSearcher own =
        ArchivesSearcher.builder()
            .archive(
                "own",
                Searcher.builder(
                        new InMemoryMessageStore(new InMemoryArchive()),
                        new InMemoryVectorStore(new InMemoryIndex()),
                        new HashEmbedder())
                    .build())
            .build();
    sqlite()
        .withBean("own", ArchivesSearcher.class, () -> own)
        .run(context -> assertThat(context.getBean(ArchivesSearcher.class)).isSameAs(own));
  }

  @Test
  void oneMappingMayHaveAName() throws SQLException {
    sqlite();
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(EmbedAutoConfiguration.class))
        .withBean("hashes", Embedder.class, HashEmbedder::new)
        .withPropertyValues(
            "msgvault.embed.sqlite.archive=" + folder.resolve("desk.db"),
            "msgvault.embed.mapping.name=tickets",
            "msgvault.embed.mapping.messages=tickets",
            "msgvault.embed.mapping.id=id",
            "msgvault.embed.mapping.text=body")
        .run(
            context ->
                assertThat(context.getBean(ArchiveMapping.class).name()).contains("tickets"));
    assertThat(folder.resolve("desk-vectors_tickets.db")).exists();
  }

  @Test
  void failuresNameTheArchive() throws SQLException {
    failing(
        sqlite().withPropertyValues("msgvault.embed.archives.mails.messages=mails"),
        "msgvault.embed.archives.mails.id");
    failing(
        sqlite().withPropertyValues("msgvault.embed.mapping.messages=mails"),
        "msgvault.embed.archives");
    failing(
        sqlite()
            .withPropertyValues(
                "msgvault.embed.archives.Big.messages=mails",
                "msgvault.embed.archives.Big.id=id",
                "msgvault.embed.archives.Big.text=body"),
        "'Big' cannot name a mapping");
  }

  private static void failing(ApplicationContextRunner runner, String named) {
    runner.run(
        context -> {
          assertThat(context).as(named).hasFailed();
          assertThat(context.getStartupFailure()).rootCause().message().contains(named);
        });
  }
}
