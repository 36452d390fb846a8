package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.sqlite.SqliteArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchCommandTest {
  @TempDir private Path folder;
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void build() throws IOException {
    cli = new Cli(folder);
    cli.write(
        "one.mbox",
        SampleMail.mbox(
            SampleMail.mail("a", "boiler", "the boiler is cold\n\nand the flat too"),
            "Keywords: cats\n"
                + SampleMail.mail("b", "cats", "two cats on the boiler")
                    .replace("ana@example.org", "Carl@Example.org")
                    .replace("Ana Bell", "Carl")
                    .replace("1993", "1995"),
            SampleMail.mail("c", "\u001b[31mdogs", "no \u001b[2J dogs here")));
    cli.write(
        "two.mbox",
        SampleMail.mbox(SampleMail.mail("d", "boiler again", "the boiler is cold again")));
    cli.ok("import", folder.resolve("one.mbox").toString(), folder.resolve("two.mbox").toString());
    cli.ok("embeddings", "build");
  }

  @Test
  void hitsShowMatchingPassage() {
    String out = cli.ok("search", "-k", "1", "boiler", "cold", "flat");
    assertTrue(
        out.matches(
            """
             1  0\\.\\d{3}  v1/k1  #1  1993-04-06  Ana Bell  boiler
                the boiler is cold and the flat too
            """),
        out);
  }

  @Test
  void hitsShowTheirLabels() {
    assertTrue(cli.ok("search", "-k", "1", "two cats").contains("  Carl  cats  [cats]\n"));
  }

  @Test
  void filtersNarrowTheSearch() {
    assertEquals(List.of(1L, 2L, 3L), ids("--source", "one.mbox"));
    assertEquals(List.of(1L, 2L, 3L, 4L), ids("--source", "one.mbox", "--source", "two.mbox"));
    assertEquals(List.of(2L), ids("--sender", "carl@example.org"));
    assertEquals(List.of(2L), ids("--label", "cats"));
    assertEquals(List.of(1L, 4L), ids("--subject", "BOILER"));
    assertEquals(List.of(2L), ids("--since", "1995-01-01"));
    assertEquals(List.of(1L, 3L, 4L), ids("--until", "1995-04-06T12:00:00Z"));
    assertEquals("nothing found\n", cli.ok("search", "x", "--label", "none"));
  }

  @Test
  void jsonHasAllFields() {
    String json = cli.ok("search", "--json", "-k", "1", "two cats");
    for (String field :
        List.of(
            "\"rank\" : 1",
            "\"answered\" : true",
            "\"may_have_more\" : false",
            "\"form\" : \"prepared\"",
            "\"id\" : 2",
            "\"source\" : \"one.mbox\"",
            "\"external_id\" : \"b@example.org\"",
            "\"date\" : \"1995-04-06T12:00:00Z\"",
            "\"name\" : \"Carl\"",
            "\"address\" : \"carl@example.org\"",
            "\"subject\" : \"cats\"",
            "\"labels\" : [ \"cats\" ]",
            "\"text\" : \"cats\\n\\ntwo cats on the boiler\"")) {
      assertTrue(json.contains(field), field + " in " + json);
    }
  }

  @Test
  void similarExcludesTheMessage() {
    assertTrue(cli.ok("similar", "1", "-k", "1").contains("#4 "));
    assertFalse(cli.ok("similar", "1").contains("#1 "));
    assertEquals(ExitCode.FAILED, cli.run("similar", "99").exitCode());
  }

  @Test
  void weakHitsAreMarked() {
    String out = cli.ok("similar", "1");
    String json = cli.ok("similar", "1", "--json");
    for (String line : out.lines().filter(line -> line.contains("  #")).toList()) {
      boolean low = Double.parseDouble(line.substring(4, 9)) < 0.3;
      assertEquals(low, line.contains(" weak  #"), out);
    }
    assertTrue(out.contains(" weak  #"), out);
    assertEquals(out.split(" weak ", -1).length, json.split("\"weak\" : true", -1).length, json);
    assertFalse(cli.ok("search", "boiler").contains("weak"));
  }

  @Test
  void wordsNeedNoEmbedder() {
    cli.embedder(
        () -> {
          throw new EmbedderUnavailableException("nothing listens at port 1");
        });
    assertTrue(cli.ok("search", "--mode", "keyword", "dogs").contains("#3"));
    assertTrue(cli.ok("similar", "1").contains("#4"));
    Cli.Result hybrid = cli.run("search", "dogs");
    assertEquals(ExitCode.OK, hybrid.exitCode());
    assertTrue(hybrid.out().contains("#3"), hybrid.out());
    assertEquals("note: vector search unavailable: nothing listens at port 1\n", hybrid.err());
    assertEquals(ExitCode.FAILED, cli.run("search", "--mode", "vector", "dogs").exitCode());
  }

  @Test
  void showWritesJson() {
    String json = cli.ok("show", "2", "--json");
    for (String field :
        List.of(
            "\"id\" : 2",
            "\"subject\" : \"cats\"",
            "\"labels\" : [ \"cats\" ]",
            "\"address\" : \"b@example.org\"",
            "\"attachments\" : [ ]",
            "\"text\" : \"two cats on the boiler\"")) {
      assertTrue(json.contains(field), field + " in " + json);
    }
  }

  @Test
  void showPrintsAMessage() {
    assertEquals(
        """
        From: Ana Bell <ana@example.org>
        To: b@example.org
        Date: Tue, 6 Apr 1993 12:00:00 GMT
        Subject: boiler
        Source: one.mbox
        External id: a@example.org
        Conversation: 7f8c4bc6341394ca

        the boiler is cold

        and the flat too
        """,
        cli.ok("show", "1"));
    assertEquals(ExitCode.FAILED, cli.run("show", "99").exitCode());
  }

  @Test
  void mailCannotControlTerminal() {
    try (SqliteArchive archive = SqliteArchive.install(cli.db())) {
      archive.store(
          NewMessage.builder("other", "e")
              .subject("\u001b[31mred\r\u009b2J \u202edogs")
              .sender(new Participant("\u001b@example.org", "\u001b[2J"))
              .text("more \u001b[2J dogs\u0007")
              .build());
    }
    cli.ok("embeddings", "build");
    String shown = cli.ok("show", "3") + cli.ok("show", "5") + cli.ok("search", "dogs");
    assertTrue(shown.contains("red"), shown);
    assertEquals(List.of(), shown.chars().filter(c -> c != '\n' && c < ' ').boxed().toList());
    assertEquals(-1, shown.indexOf('\u009b'));
    assertEquals(-1, shown.indexOf('\u202e'));
  }

  @Test
  void longSenderLeavesRoomForSubject() {
    try (SqliteArchive archive = SqliteArchive.install(cli.db())) {
      archive.store(
          NewMessage.builder("other", "e")
              .subject("Invoice for the kayak")
              .sender(new Participant("no-reply-".repeat(12) + "@example.org", ""))
              .text("kayak")
              .build());
    }
    cli.ok("embeddings", "build");
    String narrow = cli.columns(60).ok("search", "--mode", "keyword", "kayak");
    assertTrue(narrow.contains("…  Invoice for the k…\n"), narrow);
    String wide = cli.columns(100).ok("search", "--mode", "keyword", "kayak");
    assertTrue(wide.contains("…  Invoice for the kayak\n"), wide);
  }

  @Test
  void highlightsOnlyOnTerminal() {
    assertFalse(cli.ok("search", "cats").contains("\u001b"));
    assertTrue(cli.columns(80).ok("search", "cats").contains("two \u001b[1mcats\u001b[22m on the"));
  }

  @Test
  void modeSelectsSignal() {
    String words = cli.ok("search", "--mode", "keyword", "two", "dogs");
    assertTrue(words.contains("  k1  #"), words);
    assertEquals(2, words.lines().filter(line -> line.contains("  #")).count(), words);
    String meaning = cli.ok("search", "--mode", "VECTOR", "two", "dogs");
    assertTrue(meaning.contains("  v4  #"), meaning);
    assertEquals(ExitCode.USAGE, cli.run("search", "--mode", "guess", "two").exitCode());
  }

  @Test
  void offsetPagesHits() {
    List<String> all = cli.ok("search", "boiler").lines().toList();
    String pages = cli.ok("search", "boiler", "-k", "2");
    pages += cli.ok("search", "boiler", "-k", "2", "--offset", "2");
    assertEquals(all, pages.lines().toList());
    assertEquals("nothing found\n", cli.ok("search", "boiler", "--offset", "4"));
    assertEquals(ExitCode.USAGE, cli.run("search", "boiler", "--offset", "-1").exitCode());
  }

  @Test
  void vectorsOfOtherArchiveAreRejected() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Cli other = new Cli(elsewhere);
    other.write("other.mbox", SampleMail.mbox(SampleMail.mail("z", "zebras", "striped")));
    other.ok("import", elsewhere.resolve("other.mbox").toString());
    other.ok("embeddings", "build");
    Files.copy(cli.vectors(), other.vectors(), StandardCopyOption.REPLACE_EXISTING);
    for (String[] command :
        new String[][] {{"search", "--mode", "vector", "zebras"}, {"similar", "1"}}) {
      Cli.Result result = other.run(command);
      assertEquals(ExitCode.NOT_READY, result.exitCode());
      assertTrue(result.err().contains("move their file away"), result.err());
    }
    Cli.Result byWords = other.run("search", "zebras");
    assertEquals(ExitCode.OK, byWords.exitCode());
    assertTrue(byWords.out().contains("zebras"), byWords.out());
    assertTrue(byWords.err().contains("move their file away"), byWords.err());
    assertTrue(other.ok("search", "--mode", "keyword", "zebras").contains("zebras"));
  }

  @Test
  void wrongValuesAreUsageErrors() {
    assertEquals(ExitCode.USAGE, cli.run("search").exitCode());
    assertEquals(ExitCode.USAGE, cli.run("search", " ").exitCode());
    assertEquals(ExitCode.USAGE, cli.run("search", "x", "-k", "0").exitCode());
    assertEquals(ExitCode.USAGE, cli.run("search", "x", "-k", "many").exitCode());
    assertEquals(ExitCode.USAGE, cli.run("search", "x", "--until", "yesterday").exitCode());
  }

  private List<Long> ids(String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "search";
    arguments[1] = "boiler";
    System.arraycopy(options, 0, arguments, 2, options.length);
    return cli.ok(arguments)
        .lines()
        .filter(line -> line.contains("  #"))
        .map(line -> Long.valueOf(line.replaceAll(".*  #(\\d+) .*", "$1")))
        .sorted()
        .toList();
  }
}
