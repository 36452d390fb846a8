package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.memory.HashEmbedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostOptionsTest {
  private static final int MESSAGES = 10;

  @TempDir private Path folder;
  private Cli cli = new Cli(Path.of(""));

  /** Sends each text alone, so that a budget ends a run in the middle. */
  private static final class OneByOne extends ForwardingHashEmbedder {
    @Override
    public int batchSize() {
      return 1;
    }
  }

  @BeforeEach
  void importMail() throws IOException {
    cli = new Cli(folder).embedder(OneByOne::new);
    cli.ok("import", cli.write("in.mbox", SampleMail.mbox(MESSAGES)).toString());
  }

  private long number(String json, String key) {
    Matcher found = Pattern.compile("\"" + key + "\" : (\\d+)").matcher(json);
    assertTrue(found.find(), json);
    return Long.parseLong(found.group(1));
  }

  @Test
  void dryRunSaysWhatBuildTakes() {
    String text = cli.ok("embeddings", "build", "--dry-run");
    String json = cli.ok("embeddings", "build", "--dry-run", "--json");

    assertTrue(text.startsWith("10 messages to embed, in 10 chunks: 10 requests, "), text);
    assertFalse(text.contains("estimated"), text);
    assertEquals(MESSAGES, number(json, "messages"));
    assertTrue(json.contains("\"token_source\" : \"counted\""), json);
    assertTrue(cli.ok("embeddings").startsWith("there is no index yet"));

    cli.ok("embeddings", "build");

    String status = cli.ok("embeddings", "--json");
    assertEquals(number(json, "tokens"), number(status, "tokens"));
    assertEquals(number(json, "requests"), number(status, "requests"));
    assertTrue(cli.ok("embeddings", "build", "--dry-run").startsWith("0 messages to embed"));
    assertTrue(
        cli.ok("embeddings", "build", "--rebuild", "--dry-run").startsWith("10 messages to embed"));
  }

  @Test
  void dryRunMakesNoWords() {
    cli.ok("embeddings", "build", "--dry-run");
    assertFalse(Files.exists(folder.resolve("archive-words")));
  }

  @Test
  void budgetEndsBuildAndNextGoesOn() {
    String first = cli.ok("embeddings", "build", "--max-requests", "4");
    assertEquals(
        "generation 1: 4 embedded, 0 blank, 0 rejected; --max-requests is reached, and messages"
            + " are left: continue with 'msgvault-embed embeddings resume'\n",
        first);
    assertTrue(cli.ok("embeddings").endsWith("missing 6\n"));

    String second = cli.ok("embeddings", "resume", "--max-tokens", "1");
    assertTrue(second.startsWith("generation 1: 1 embedded"), second);
    assertTrue(second.contains("--max-tokens is reached"), second);

    String last = cli.ok("embeddings", "resume", "--max-requests", "100", "--max-time", "1h");
    assertTrue(last.startsWith("generation 1: 5 embedded"), last);
    assertTrue(last.contains("it is now active"), last);
  }

  @Test
  void limitThatIsNotReachedChangesNothing() {
    cli.embedder(HashEmbedder::new);
    String built =
        cli.ok(
            "embeddings", "build", "--requests-per-minute", "60", "--tokens-per-minute", "100000");
    assertTrue(built.startsWith("generation 1: 10 embedded"), built);
  }

  @Test
  void oddNumbersAreRefused() {
    for (String option :
        new String[] {
          "--max-tokens", "--max-requests", "--requests-per-minute", "--tokens-per-minute"
        }) {
      Cli.Result refused = cli.run("embeddings", "build", option, "0");
      assertEquals(ExitCode.USAGE, refused.exitCode());
      assertTrue(refused.err().contains(option + " must be at least 1, not 0"), refused.err());
    }
    for (String time : new String[] {"0s", "10", "-5m", "soon", "3w"}) {
      Cli.Result refused = cli.run("embeddings", "build", "--max-time=" + time);
      assertEquals(ExitCode.USAGE, refused.exitCode());
      assertTrue(refused.err().contains("such as 90s, 30m, 8h or 2d"), refused.err());
    }
    Cli.Result json = cli.run("embeddings", "build", "--json");
    assertEquals(ExitCode.USAGE, json.exitCode());
    assertTrue(json.err().contains("--dry-run"), json.err());
  }
}
