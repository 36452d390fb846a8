package io.msgvault.embed.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.spring.EmbedRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A started application over PostgreSQL, and several of them. */
public abstract class PostgresqlApplicationSuite extends ApplicationSuite {
  private static final int MANY = 400;

  private final TestSchema schema = new TestSchema();

  @AfterEach
  final void dropSchema() {
    schema.close();
  }

  @Override
  final String[] backend() {
    return schema.properties();
  }

  @Override
  final void afterClosing() {
    assertThat(EVENTS.indexOf("MessageStore destroyed"))
        .isLessThan(EVENTS.indexOf("DataSource destroyed"));
  }

  @Test
  void mapsTablesThatTheHostsScriptsMake(@TempDir Path folder) throws IOException {
    Path script = folder.resolve("schema.sql");
    Files.writeString(
        script,
        "CREATE TABLE IF NOT EXISTS "
            + schema.name()
            + ".mails (id bigint PRIMARY KEY, title text, body text, trashed boolean);");
    try (StartedApplication application =
        StartedApplication.start(
            backendAnd(
                "spring.sql.init.mode=always",
                "spring.sql.init.schema-locations=" + script.toUri(),
                "msgvault.embed.mapping.messages=mails",
                "msgvault.embed.mapping.id=id",
                "msgvault.embed.mapping.subject=title",
                "msgvault.embed.mapping.text=body",
                "msgvault.embed.mapping.deleted.column=trashed",
                "msgvault.embed.mapping.deleted.marker=false-while-live"))) {
      schema.execute(
          "INSERT INTO "
              + schema.name()
              + ".mails VALUES (7, 'Rack', 'the fan rattles', false), (8, 'Fan', 'gone', true)");
      StartedApplication.await(() -> application.search("fan").equals(java.util.List.of(7L)));
    }
  }

  @Test
  void healthIsDownIfTheDatabaseIsGone() {
    try (StartedApplication application =
        StartedApplication.start(backendAnd("management.health.db.enabled=false"))) {
      application.awaitComplete();
      application.bean(HikariDataSource.class).close();
      assertThat(application.get("health").statusCode()).isEqualTo(503);
      assertThat(application.get("health").body())
          .contains("\"messages\":\"", "\"vectors\":\"", "StoreException");
      assertThat(application.get("info").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void oneInstanceGoesOnWhenTheOtherIsKilled(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("log");
    try (ChildApplication other = ChildApplication.start(log, backendAnd("test.delay=200ms"));
        StartedApplication application = startIdle()) {
      storeMany(application);
      StartedApplication.await(() -> embedded(application) > 0);
      EmbedRuns runs = application.bean(EmbedRuns.class);
      runs.runSoon();
      StartedApplication.await(() -> runs.lastOutcome().toString().contains("Busy"));
      other.kill();
      assertThat(embedded(application)).isLessThan(MANY);
      runs.runSoon();
      application.awaitComplete();
      assertThat(embedded(application)).isEqualTo(MANY);
      assertThat(application.search("tide table 399")).contains(400L);
    }
  }

  /** Starts the instance that only waits while the other fills. */
  private StartedApplication startIdle() {
    return StartedApplication.start(backendAnd("msgvault.embed.job.interval=1h"));
  }

  @Test
  void instancesShareAGeneration(@TempDir Path folder) {
    String[] shared = backendAnd("msgvault.embed.job.shared-lease=true", "test.delay=5ms");
    try (StartedApplication application = StartedApplication.start(shared);
        ChildApplication other = ChildApplication.start(folder.resolve("log"), shared)) {
      other.awaitLog("Started TestApplication");
      storeMany(application);
      application.awaitComplete();
      assertThat(embedded(application)).isEqualTo(MANY);
    }
  }

  @Test
  void sigtermEndsTheApplicationSoonWithNothingToWarnOf(@TempDir Path folder) throws Exception {
    sigterm(folder, "200ms"); // between two requests
  }

  @Test
  void sigtermEndsARequestThatTakesLong(@TempDir Path folder) throws Exception {
    sigterm(folder, "10m");
  }

  private void sigterm(Path folder, String delay) throws Exception {
    try (ChildApplication child =
        ChildApplication.start(
            folder.resolve("log"),
            backendAnd("test.delay=" + delay, "logging.level.io.msgvault.embed=debug"))) {
      child.awaitLog("Idle["); // the first run has ended, so the next one finds the messages
      try (StartedApplication application =
          StartedApplication.start(backendAnd("msgvault.embed.job.enabled=false"))) {
        storeMany(application);
      }
      child.awaitLog("RunStarted[generation=1, kind=FILL");
      child.terminate();
      assertThat(child.endsWithin(3)).isTrue();
      assertThat(child.log()).doesNotContain(" WARN ", " ERROR ").contains("CLOSED");
    }
  }

  private static void storeMany(StartedApplication application) {
    MessageArchive archive = application.bean(MessageArchive.class);
    archive.storeAll(
        IntStream.range(0, MANY)
            .mapToObj(
                i ->
                    io.msgvault.embed.archive.NewMessage.builder(
                            "me@example.org", "<" + i + "@example.org>")
                        .text("the tide table " + i)
                        .build())
            .toList());
  }

  private static long embedded(StartedApplication application) {
    var status = application.bean(EmbedJob.class).status();
    return Stream.concat(status.active().stream(), status.building().stream())
        .flatMap(generation -> generation.coverage().stream())
        .mapToLong(Coverage::embedded)
        .max()
        .orElse(0);
  }
}
