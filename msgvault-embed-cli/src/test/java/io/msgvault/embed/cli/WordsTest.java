package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.output.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that words are kept beside the archive, and that their loss is told and healed. */
class WordsTest {
  @TempDir Path folder;

  private Cli cli;
  private Path words;

  @BeforeEach
  void build() throws IOException {
    cli = new Cli(folder);
    words = folder.resolve("archive-words");
    cli.write(
        "in.mbox",
        SampleMail.mbox(
            SampleMail.mail("one", "Häuser", "We paint the houses"),
            SampleMail.mail("two", "Garden", "The roses grow")));
    cli.ok("import", folder.resolve("in.mbox").toString());
    cli.ok("embeddings", "build");
  }

  private void deleteWords() throws IOException {
    try (Stream<Path> files = Files.walk(words)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void assertHealed(String note) {
    Cli.Result keyword = cli.run("search", "--mode", "keyword", "rose");
    assertEquals(ExitCode.NOT_READY, keyword.exitCode());
    assertTrue(keyword.err().contains(note), keyword.err());
    assertTrue(keyword.err().contains("embeddings build"), keyword.err());
    Cli.Result hybrid = cli.run("search", "rose");
    assertEquals(ExitCode.OK, hybrid.exitCode());
    assertTrue(hybrid.err().contains("keyword search unavailable: " + note), hybrid.err());
    assertEquals(ExitCode.FAILED, cli.run("embeddings", "verify").exitCode());
    assertTrue(cli.ok("embeddings").contains(note));
    assertTrue(cli.ok("embeddings", "--json").contains("\"words\" : null"));
    Cli.Result built = cli.run("embeddings", "build");
    assertEquals(ExitCode.OK, built.exitCode());
    assertTrue(built.err().contains(note), built.err());
    assertTrue(cli.ok("search", "--mode", "keyword", "rose").contains("Garden"));
    assertEquals(ExitCode.OK, cli.run("embeddings", "verify").exitCode());
  }

  @Test
  void buildKeepsWords() {
    assertTrue(cli.ok("search", "--mode", "keyword", "rose").contains("Garden"));
    assertTrue(cli.ok("embeddings").contains("words of 2 of 2 messages\n"));
    assertTrue(cli.ok("embeddings", "--json").contains("\"complete\" : true"));
  }

  @Test
  void missingWordsAreMadeAnew() throws IOException {
    deleteWords();
    assertHealed("there are no words in " + words);
  }

  @Test
  void damagedWordsAreMadeAnew() throws IOException {
    try (Stream<Path> files = Files.list(words)) {
      for (Path file : files.filter(each -> each.toString().contains("segments_")).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    assertHealed("the words in " + words + " are damaged");
  }

  @Test
  void wordsOfAnotherArchiveAreMadeAnew() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Cli other = new Cli(elsewhere);
    other.write("other.mbox", SampleMail.mbox(SampleMail.mail("z", "zebras", "striped")));
    other.ok("import", elsewhere.resolve("other.mbox").toString());
    other.ok("embeddings", "build");
    deleteWords();
    Files.move(elsewhere.resolve("archive-words"), words);
    assertHealed("the words in " + words + " belong to another archive");
  }

  @Test
  void folderWithOtherFilesIsLeftAlone() throws IOException {
    Path mine = folder.resolve("mine");
    Files.createDirectories(mine);
    Path letter = Files.writeString(mine.resolve("letter.txt"), "dear");
    Cli.Result result = cli.run("embeddings", "build", "--words", mine.toString());
    assertEquals(ExitCode.USAGE, result.exitCode());
    assertTrue(result.err().contains("--words"), result.err());
    assertEquals("dear", Files.readString(letter));
  }

  @Test
  void languageOfTheWordsIsKept() {
    Cli.Result german = cli.run("embeddings", "build", "--language", "de");
    assertEquals(ExitCode.OK, german.exitCode());
    assertTrue(german.err().contains("words-1/english, not words-1/german"), german.err());
    assertTrue(cli.ok("search", "--mode", "keyword", "Haus").contains("Häuser"));
    assertEquals("", cli.run("embeddings", "build").err());
    Cli.Result english = cli.run("search", "--mode", "keyword", "Haus", "--language", "english");
    assertEquals(ExitCode.NOT_READY, english.exitCode());
    Cli.Result unknown = cli.run("search", "Haus", "--language", "klingon");
    assertEquals(ExitCode.USAGE, unknown.exitCode());
    assertTrue(unknown.err().contains("--language"), unknown.err());
  }

  @Test
  void filtersNarrowAndExclude() {
    String by = cli.ok("search", "--mode", "keyword", "--not-subject", "garden", "roses houses");
    assertTrue(by.contains("Häuser"), by);
    assertFalse(by.contains("Garden"), by);
    String typed = cli.ok("search", "--mode", "keyword", "-subject:garden roses houses");
    assertFalse(typed.contains("Garden"), typed);
    Cli.Result wrong = cli.run("search", "roses before:soon");
    assertEquals(ExitCode.USAGE, wrong.exitCode());
    assertTrue(wrong.err().contains("^"), wrong.err());
    assertEquals(ExitCode.USAGE, cli.run("search", "--max-size", "many", "roses").exitCode());
  }

  @Test
  void evalMeasuresEachMode() throws IOException {
    String topics = cli.write("topics", "1\troses\n2\thouses\n").toString();
    String qrels = cli.write("qrels", "1 0 2 1\n2 0 1 1\n").toString();
    String table =
        cli.ok("eval", "--topics", topics, "--qrels", qrels, "--modes", "keyword,hybrid");
    assertTrue(table.contains("keyword"), table);
    assertTrue(table.contains("1.0000"), table);
    assertTrue(table.contains("2 topics"), table);
    String json = cli.ok("eval", "--topics", topics, "--qrels", qrels, "--json");
    assertTrue(json.contains("\"reciprocal_rank\" : 1.0"), json);
    String broken = cli.write("broken", "1 0\n").toString();
    Cli.Result result = cli.run("eval", "--topics", topics, "--qrels", broken);
    assertEquals(ExitCode.USAGE, result.exitCode());
  }
}
