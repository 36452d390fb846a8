package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.sqlite.SqliteArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
  @TempDir private Path folder;
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void open() {
    cli = new Cli(folder);
  }

  @Test
  void reimportAddsNothing() throws IOException {
    String mail = cli.write("in.mbox", SampleMail.mbox(1200)).toString();
    assertTrue(cli.ok("import", mail).startsWith("imported 1200 new, 0 changed, 0 unchanged"));
    assertTrue(cli.ok("import", mail).startsWith("imported 0 new, 0 changed, 1200 unchanged"));
    assertTrue(cli.ok("embeddings").endsWith("missing 1200\n"));
  }

  @Test
  void onlyChangedMailIsEmbeddedAgain() throws IOException {
    String first = SampleMail.mail("one", "subject", "text");
    String second = SampleMail.mail("two", "subject", "text");
    String third = SampleMail.mail("three", "subject", "text");
    String mail = cli.write("in.mbox", SampleMail.mbox(first, second, third)).toString();
    cli.ok("import", mail);
    cli.ok("embeddings", "build");
    cli.write(
        "in.mbox",
        SampleMail.mbox("Keywords: new\n" + first, second.replace("text", "other text"), third));
    assertTrue(cli.ok("import", mail).startsWith("imported 0 new, 2 changed, 1 unchanged"));
    assertTrue(cli.ok("embeddings").endsWith("missing 1\n"));
    assertTrue(cli.ok("embeddings", "build").contains("1 embedded"));
    assertTrue(cli.ok("show", "1").contains("Labels: new\n"));
    assertTrue(cli.ok("show", "2").contains("other text"));
  }

  @Test
  void deletedMailStaysDeleted() throws IOException {
    String mail = cli.write("in.mbox", SampleMail.mbox(2)).toString();
    cli.ok("import", mail);
    try (SqliteArchive archive = SqliteArchive.install(cli.db())) {
      archive.delete(1, Instant.EPOCH);
    }
    cli.write("in.mbox", SampleMail.mbox(2).replace("word0", "word9"));
    assertTrue(cli.ok("import", mail).startsWith("imported 0 new, 0 changed, 2 unchanged"));
    assertTrue(cli.ok("embeddings").endsWith("missing 1\n"));
  }

  @Test
  void sourcesAreSeparate() throws IOException {
    String mail = cli.write("in.mbox", SampleMail.mbox(2)).toString();
    cli.ok("import", mail);
    assertTrue(cli.ok("import", "--source", "other", mail).startsWith("imported 2 new"));
    assertTrue(cli.ok("import", "--source", "other", mail).startsWith("imported 0 new"));
    assertTrue(cli.ok("show", "1").contains("Source: in.mbox\n"));
    assertTrue(cli.ok("show", "3").contains("Source: other\n"));
  }

  @Test
  void nonMailIsCountedAndNamed() throws IOException {
    cli.write("mail/a.eml", "no header at all");
    cli.write("mail/b.eml", SampleMail.mail("b", "subject", "text"));
    cli.write("mail/notes.txt", "notes");
    cli.write(
        "mail/c.mbox",
        SampleMail.mbox(
            "no mail either", SampleMail.mail("c", "subject", "text"), "Subject: d\n\n"));
    Cli.Result result = cli.run("import", folder.resolve("mail").toString());
    assertEquals(ExitCode.OK, result.exitCode());
    assertEquals(
        """
        imported 3 new, 0 changed, 0 unchanged, 0 duplicates, 0 partly read, 2 not read
        skipped 1 non-mail file
        """,
        result.out());
    assertTrue(result.err().contains("a.eml: not read, it has no header\n"), result.err());
    int first = SampleMail.mbox("").length() - 1;
    assertTrue(
        result
            .err()
            .contains("c.mbox, message 1 at byte " + first + ": not read, it has no header\n"),
        result.err());
  }

  @Test
  void deletedMailIsCounted() throws IOException {
    String mailbox =
        SampleMail.mbox(
            SampleMail.mail("a", "kept", "text"),
            "X-Mozilla-Status: 0009\n" + SampleMail.mail("b", "thrown away", "text"));
    assertEquals(
        """
        imported 1 new, 0 changed, 0 unchanged, 0 duplicates, 0 partly read, 0 not read
        passed over 1 deleted mail
        """,
        cli.ok("import", cli.write("in.mbox", mailbox).toString()));
  }

  @Test
  void missingFolderOfArchiveIsNamed() throws IOException {
    String mail = cli.write("in.mbox", SampleMail.mbox(1)).toString();
    Path gone = folder.resolve("gone");
    for (String[] command : new String[][] {{"import", mail}, {"search", "x"}}) {
      Cli.Result result = cli.database(gone.resolve("archive.db").toString()).run(command);
      assertEquals(ExitCode.USAGE, result.exitCode());
      assertEquals(
          "msgvault-embed: the folder "
              + gone
              + " does not exist: correct --db, or create the folder first\n",
          result.err());
    }
    assertTrue(Files.notExists(gone));
    Cli.Result result = cli.database(folder.toString()).run("import", mail);
    assertEquals(ExitCode.USAGE, result.exitCode());
    assertTrue(
        result.err().contains(" is a folder: --db must name a file, such as "), result.err());
  }

  @Test
  void namesOnlyFirstProblems() throws IOException {
    for (int i = 0; i < 30; i++) {
      cli.write("mail/" + i + ".eml", "no header");
    }
    String mail = folder.resolve("mail").toString();
    assertEquals(21, cli.run("import", mail).err().lines().count());
    assertEquals(30, cli.run("import", "--verbose", mail).err().lines().count());
  }

  @Test
  void missingPathFailsBeforeWriting() throws IOException {
    String mail = cli.write("in.mbox", SampleMail.mbox(2)).toString();
    Cli.Result result = cli.run("import", mail, folder.resolve("gone").toString());
    assertEquals(ExitCode.USAGE, result.exitCode());
    assertEquals("msgvault-embed: " + folder.resolve("gone") + " does not exist\n", result.err());
    assertTrue(Files.notExists(cli.db()));
  }

  @Test
  void terminalShowsProgressBar() throws IOException {
    String mail = cli.write("in.mbox", SampleMail.mbox(2)).toString();
    Cli.Result result = cli.columns(100).run("import", mail);
    assertTrue(result.err().contains("\rimporting 100% ["), result.err());
    assertTrue(result.out().startsWith("imported 2 new"));
  }
}
