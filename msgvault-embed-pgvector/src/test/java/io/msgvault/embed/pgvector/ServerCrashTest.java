package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.model.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a server of its own in the middle of a build. With {@code
 * -Dtest.jvm.args=-Dmsgvault.test.messages=100000} the build has that size.
 */
class ServerCrashTest {
  private static final String SCRIPT = Path.of("..", "dev", "postgres").toString();
  private static final String SCHEMA = "mail";
  private static final int MESSAGES = Integer.getInteger("msgvault.test.messages", 5_000);

  @TempDir private Path note;
  private String url = "";

  @BeforeEach
  void start() throws IOException {
    TestDatabase.url();
    url = script("start").replaceAll("(?s).*='(.*)'.*", "$1");
    Assumptions.assumeTrue(
        Files.readString(note.resolve("server")).startsWith("cluster\n"),
        "only a private cluster can be killed and started again");
  }

  @AfterEach
  void stop() {
    script("stop");
  }

  @Test
  void buildContinuesAfterServerRestart() {
    int middle = MESSAGES / HookedEmbedder.BATCH * 9 / 10;
    DataSource server = PgStorageOpener.dataSource(url);
    try (MailIndex index = new MailIndex(server, SCHEMA)) {
      MailIndex.fill(server, SCHEMA, MESSAGES);
      try (Embedder embedder = new HookedEmbedder(middle, () -> script("crash"));
          EmbedJob job = index.job(embedder)) {
        RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, job.runOnce());
        assertInstanceOf(StoreException.class, failed.cause());
        assertTrue(failed.counts().embedded() > 0, failed::toString);
        script("start");
        assertTrue(job.coverage().embedded() > 0);
        assertTrue(job.coverage().missing() > 0);
      }
      index.requireConverges();
    }
  }

  private String script(String command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder("bash", SCRIPT, command, note.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().remove(TestDatabase.URL);
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(SCRIPT + " " + command + " failed");
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
