package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingsCommandTest {
  @TempDir private Path folder;
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void importMail() throws IOException {
    cli = new Cli(folder);
    cli.ok("import", cli.write("in.mbox", SampleMail.mbox(10)).toString());
  }

  @Test
  void statusReportsMissingWithoutIndex() {
    assertEquals(
        "there is no index yet: build one with 'msgvault-embed embeddings build'\n\nmissing 10\n",
        cli.ok("embeddings"));
    String json = cli.ok("embeddings", "--json");
    assertTrue(json.contains("\"active_generation\" : null"), json);
    assertTrue(json.contains("\"missing_embeddings_total\" : 10"), json);
  }

  @Test
  void buildEmbedsAllAndActivates() {
    assertEquals(
        "generation 1: 10 embedded, 0 blank, 0 rejected; backstop: 0 stamps removed, 0 orphans"
            + " deleted; it is now active\n",
        cli.ok("embeddings", "build"));
    String json = cli.ok("embeddings", "--json");
    assertTrue(json.contains("\"building_generation\" : null"), json);
    assertTrue(json.contains("\"state\" : \"active\""), json);
    assertTrue(json.contains("\"progress\" : 1.0"), json);
    assertTrue(json.contains("\"embedded\" : 10"), json);
    assertTrue(json.contains("\"missing_embeddings_total\" : 0"), json);
    assertTrue(cli.ok("embeddings").endsWith("missing 0\n"));
    assertEquals("generation 1 is up to date\n", cli.ok("embeddings", "build"));
  }

  @Test
  void otherModelIsBlockedWithoutRebuild() {
    cli.ok("embeddings", "build");
    cli.embedder(() -> new HashEmbedder(32, 256));
    Cli.Result blocked = cli.run("embeddings", "build");
    assertEquals(ExitCode.NOT_READY, blocked.exitCode());
    assertTrue(blocked.err().contains("embeddings build --rebuild"), blocked.err());
    Cli.Result search = cli.run("search", "--mode", "vector", "word1");
    assertEquals(ExitCode.NOT_READY, search.exitCode());
    Cli.Result words = cli.run("search", "word1");
    assertTrue(words.out().contains("number 1\n"), words.out());
    assertTrue(words.err().startsWith("note: vector search unavailable: "), words.err());
    assertTrue(cli.ok("embeddings", "build", "--rebuild").startsWith("generation 2: 10 embedded"));
    assertTrue(cli.ok("search", "word1").contains("number 1\n"));
  }

  @Test
  void interruptedBuildIsResumed() {
    cli.embedder(() -> new FailingEmbedder(4));
    Cli.Result failed = cli.run("embeddings", "build");
    assertEquals(ExitCode.FAILED, failed.exitCode());
    assertTrue(
        failed.err().contains("continue with 'msgvault-embed embeddings resume'"), failed.err());
    assertTrue(cli.ok("embeddings", "--json").contains("\"state\" : \"building\""));
    assertEquals(ExitCode.NOT_READY, cli.run("search", "--mode", "vector", "word1").exitCode());
    cli.embedder(HashEmbedder::new);
    assertTrue(cli.ok("embeddings", "resume").contains("it is now active"));
    assertTrue(cli.ok("embeddings").endsWith("missing 0\n"));
  }

  @Test
  void resumeFailsBeforeFirstBuild() {
    assertEquals(ExitCode.NOT_READY, cli.run("embeddings", "resume").exitCode());
  }

  @Test
  void concurrentBuildIsBusy() {
    cli.ok("embeddings", "build");
    try (SqliteVectorStore other = SqliteVectorStore.install(cli.vectors());
        var lease = other.lease(1).orElseThrow()) {
      Cli.Result busy = cli.run("embeddings", "build", "--backstop");
      assertEquals(ExitCode.BUSY, busy.exitCode());
      assertTrue(busy.err().contains("another process"), busy.err());
    }
  }

  @Test
  void activeGenerationNeedsForceToRetire() {
    cli.ok("embeddings", "build");
    Cli.Result refused = cli.run("embeddings", "retire", "1");
    assertEquals(ExitCode.FAILED, refused.exitCode());
    assertTrue(refused.err().endsWith(", or add --force\n"), refused.err());
    assertEquals("generation 1 is retired\n", cli.ok("embeddings", "retire", "1", "--force"));
    Cli.Result blocked = cli.run("embeddings", "build");
    assertEquals(ExitCode.NOT_READY, blocked.exitCode());
    assertTrue(cli.ok("embeddings", "build", "--rebuild").startsWith("generation 2"));
    assertEquals(ExitCode.FAILED, cli.run("embeddings", "retire", "7").exitCode());
  }

  @Test
  void incompleteGenerationNeedsForceToActivate() {
    assertEquals(ExitCode.NOT_READY, cli.run("embeddings", "activate").exitCode());
    cli.embedder(() -> new FailingEmbedder(4));
    cli.run("embeddings", "build");
    Cli.Result refused = cli.run("embeddings", "activate");
    assertEquals(ExitCode.FAILED, refused.exitCode());
    assertTrue(refused.err().contains("6 of 10 messages are missing"), refused.err());
    assertTrue(refused.err().endsWith(", or add --force\n"), refused.err());
    assertEquals("generation 1 is active\n", cli.ok("embeddings", "activate", "1", "--force"));
    Cli.Result search = cli.embedder(HashEmbedder::new).run("search", "word1");
    assertEquals(ExitCode.OK, search.exitCode());
    assertTrue(search.err().contains("messages are not in the index yet"), search.err());
  }

  @Test
  void repairEmbedsMessagesAgain() {
    cli.ok("embeddings", "build");
    assertTrue(cli.ok("embeddings", "repair", "2", "3").startsWith("2 messages"));
    assertTrue(cli.ok("embeddings").endsWith("missing 2\n"));
    Cli.Result unknown = cli.run("embeddings", "repair", "2", "99");
    assertEquals(ExitCode.FAILED, unknown.exitCode());
    assertEquals("msgvault-embed: message 99 does not exist; nothing was changed\n", unknown.err());
  }

  @Test
  void retryRejectedEmbedsMessages() {
    cli.embedder(() -> new RejectingEmbedder("word3"));
    assertTrue(cli.ok("embeddings", "build").contains("9 embedded, 0 blank, 1 rejected"));
    assertEquals("generation 1 is up to date\n", cli.ok("embeddings", "build"));
    cli.embedder(HashEmbedder::new);
    assertTrue(cli.ok("embeddings", "retry-rejected").startsWith("1 rejected message marked"));
    assertTrue(cli.ok("embeddings", "build").contains("1 embedded"));
  }

  @Test
  void verifyFindsWhatBackstopRepairs() {
    cli.ok("embeddings", "build");
    assertEquals(
        "lost 0, stale 0, changed 0, pending 0, orphans 0, orphan stamps 0,"
            + " retired vectors 0, miscounted 0, missing words 0, stale words 0,"
            + " orphan words 0\n",
        cli.ok("embeddings", "verify"));
    try (SqliteVectorStore vectors = SqliteVectorStore.install(cli.vectors())) {
      vectors.delete(1, List.of(1L, 2L));
    }
    try (SqliteArchive archive = SqliteArchive.install(cli.db())) {
      archive.delete(3, Instant.EPOCH);
    }
    Cli.Result outOfSync = cli.run("embeddings", "verify");
    assertEquals(ExitCode.FAILED, outOfSync.exitCode());
    assertEquals(
        "lost 2, stale 0, changed 0, pending 0, orphans 1, orphan stamps 0,"
            + " retired vectors 0, miscounted 0, missing words 0, stale words 0,"
            + " orphan words 1\n",
        outOfSync.out());
    String repaired = cli.ok("embeddings", "build", "--backstop");
    assertTrue(
        repaired.contains("2 embedded, 0 blank, 0 rejected; backstop: 2 stamps removed"), repaired);
    assertEquals(
        "lost 0, stale 0, changed 0, pending 0, orphans 0, orphan stamps 0,"
            + " retired vectors 0, miscounted 0, missing words 0, stale words 0,"
            + " orphan words 0\n",
        cli.ok("embeddings", "verify"));
  }

  @Test
  void lostTriggerIsMendedByBuild() throws SQLException {
    cli.ok("embeddings", "build");
    try (Connection client = DriverManager.getConnection("jdbc:sqlite:" + cli.db());
        Statement statement = client.createStatement()) {
      statement.execute("DROP TRIGGER embed_message_update");
    }
    Cli.Result refused = cli.run("embeddings");
    assertEquals(ExitCode.NOT_READY, refused.exitCode());
    assertTrue(refused.err().contains("'msgvault-embed embeddings build' adds"), refused::err);
    assertTrue(cli.ok("embeddings", "build").contains("10 embedded (10 kept their vectors)"));
    cli.ok("embeddings");
  }

  @Test
  void deletedVectorsFileIsRebuilt() throws IOException {
    cli.ok("embeddings", "build");
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().contains("-vectors")).toList()) {
        Files.delete(file);
      }
    }
    assertTrue(cli.ok("embeddings").endsWith("missing 10\n"));
    assertTrue(cli.ok("embeddings", "build").startsWith("generation 2: 10 embedded"));
  }

  @Test
  void errorsAreOneLine() {
    cli.embedder(
        () -> {
          throw new EmbedderUnavailableException("the model is broken: get another");
        });
    Cli.Result result = cli.run("embeddings", "build");
    assertEquals(ExitCode.FAILED, result.exitCode());
    assertEquals("msgvault-embed: the model is broken: get another\n", result.err());
    assertTrue(cli.run("embeddings", "build", "--verbose").err().contains("\tat io.msgvault"));
  }

  @Test
  void missingArchiveSuggestsImport() throws IOException {
    Files.delete(cli.db());
    requireNoArchive();
    assertTrue(Files.notExists(cli.db()));
  }

  @Test
  void fileOfAnotherProgramStaysAsItIs() throws IOException {
    Files.write(cli.db(), new byte[0]);
    requireNoArchive();
    assertEquals(0, Files.size(cli.db()));
  }

  private void requireNoArchive() {
    for (String[] command :
        List.of(
            new String[] {"embeddings"},
            new String[] {"embeddings", "build"},
            new String[] {"embeddings", "retire", "1"},
            new String[] {"search", "x"},
            new String[] {"similar", "1"},
            new String[] {"show", "1"})) {
      Cli.Result result = cli.run(command);
      assertEquals(ExitCode.NOT_READY, result.exitCode(), result.err());
      assertTrue(result.err().contains("'msgvault-embed import PATH'"), result.err());
    }
  }

  /** Embeds a number of texts, and then fails. */
  private static final class FailingEmbedder extends DelegatingEmbedder {
    private int remaining;

    FailingEmbedder(int texts) {
      this.remaining = texts;
    }

    @Override
    public synchronized List<float[]> embed(List<String> texts, InputType inputType) {
      remaining -= texts.size();
      if (remaining < 0) {
        throw new EmbedderUnavailableException("out of order");
      }
      return super.embed(texts, inputType);
    }

    @Override
    public int batchSize() {
      return 2;
    }
  }

  /** Rejects texts that contain a word. */
  private static final class RejectingEmbedder extends DelegatingEmbedder {
    private final String word;

    RejectingEmbedder(String word) {
      this.word = word;
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      if (texts.stream().anyMatch(text -> text.contains(word))) {
        throw new RejectedInputException("not that word");
      }
      return super.embed(texts, inputType);
    }
  }

  private static class DelegatingEmbedder implements Embedder {
    private final HashEmbedder hash = new HashEmbedder();

    @Override
    public EmbedderModel model() {
      return hash.model();
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      return hash.embed(texts, inputType);
    }

    @Override
    public void close() {
      hash.close();
    }
  }
}
