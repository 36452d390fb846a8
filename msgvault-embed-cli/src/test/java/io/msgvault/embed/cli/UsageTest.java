package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.output.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How the command explains itself: help pages, wrong usage, and lines that fit a terminal. */
class UsageTest {
  private static final int NARROW = 60;

  @TempDir private Path folder;
  private Cli cli = new Cli(Path.of(""));

  @BeforeEach
  void open() {
    cli = new Cli(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serach x               | there is no command 'serach': did you mean search? See
          embeddings biuld       | there is no command 'biuld': did you mean build? See
          sing                   | there is no command 'sing'; see
          build                  | 'build' is a command of 'embeddings': write 'msgvault-embed embeddings build'; see
          show 1 2               | '2' is one argument too many; see
          search x --sorce=y     | there is no option --sorce: did you mean --source? See
          search x --bd y        | there is no option --bd: did you mean --db? See
          search x --quux        | there is no option --quux; see
          -k 5 search x          | -k is an option of 'search' and 'similar': write it after the command; see
          embeddings --rebuild   | --rebuild is an option of 'embeddings build': write it after the command; see
          search x --force       | --force is an option of 'embeddings activate' and 'embeddings retire'; see
          --model=x              | a command is missing; see
          search                 | QUERY is missing; see
          search x -k            | --limit lacks its value N; see
          search x -k many       | --limit: 'many' is not a whole number, or too large; see
          search x -k 99999999999 | --limit: '99999999999' is not a whole number, or too large; see
          search x --mode guess  | --mode: expected vector, keyword or hybrid, but was 'guess'; see
          embeddings retire one  | GENERATION: 'one' is not a whole number, or too large; see
          embeddings build --all-texts | --backstop is missing; see
          embeddings build --rebuild --backstop | --rebuild and --backstop exclude each other; see
          """)
  void wrongUsageIsExplained(String arguments, String problem) {
    Cli.Result result = cli.runExactly(arguments.split(" "));
    assertEquals(ExitCode.USAGE, result.exitCode());
    assertTrue(
        result.err().startsWith("msgvault-embed: " + problem + " 'msgvault-embed"), result.err());
    assertTrue(result.err().endsWith(" --help'\n"), result.err());
  }

  @Test
  void commonOptionsStandBeforeOrAfterTheCommand() throws IOException {
    cli.ok("import", cli.write("in.mbox", SampleMail.mbox(1)).toString());
    String db = cli.db().toString();
    for (List<String> arguments :
        List.of(
            List.of("--db", db, "show", "1"),
            List.of("show", "--db", db, "1"),
            List.of("show", "1", "--db=" + db))) {
      Cli.Result result = cli.runExactly(arguments.toArray(String[]::new));
      assertEquals(ExitCode.OK, result.exitCode(), result.err());
    }
    assertEquals(
        ExitCode.OK, cli.runExactly("embeddings", "--db", db, "resume", "--help").exitCode());
  }

  static Stream<String> commands() {
    return Stream.of(
        "import",
        "embeddings",
        "embeddings build",
        "embeddings resume",
        "embeddings activate",
        "embeddings retire",
        "embeddings repair",
        "embeddings retry-rejected",
        "embeddings verify",
        "search",
        "similar",
        "show");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpOfCommandLeavesOutWhatAllShare(String command) {
    String help = cli.columns(NARROW).runExactly((command + " --help").split(" ")).out();
    assertTrue(help.startsWith("Usage: msgvault-embed " + command), help);
    for (String shared : List.of("--db", "--model", "--verbose", "Exit codes")) {
      assertFalse(help.contains(shared), help);
    }
    requireFits(help);
  }

  @Test
  void helpOfProgramHasWhatAllShare() {
    String help = cli.columns(NARROW).runExactly("--help").out();
    for (String shared : List.of("--db", "--model", "--endpoint", "--verbose", "Exit codes")) {
      assertTrue(help.contains(shared), help);
    }
    requireFits(help);
  }

  @Test
  void outputFitsTheTerminal() throws IOException {
    String mail = cli.write("in.mbox", SampleMail.mbox(30)).toString();
    cli.columns(NARROW);
    for (List<String> arguments :
        List.of(
            List.of("import", mail),
            List.of("embeddings"),
            List.of("embeddings", "build"),
            List.of("embeddings", "build", "--rebuild"),
            List.of("embeddings"),
            List.of("embeddings", "verify"),
            List.of("search", "text of word7"),
            List.of("similar", "7"),
            List.of("show", "7"),
            List.of("embeddings", "retire", "2"),
            List.of("embeddings", "activate", "2"),
            List.of("embeddings", "activate"))) {
      Cli.Result result = cli.run(arguments.toArray(String[]::new));
      requireFits(result.out());
      requireFits(result.err());
    }
  }

  private static void requireFits(String output) {
    for (String line : output.replaceAll("\u001b\\[\\d+m", "").split("[\r\n]+", -1)) {
      assertTrue(line.length() <= NARROW, line);
    }
  }
}
