package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.command.EmbedderFactory;
import io.msgvault.embed.cli.command.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of the quick start, with the model that comes with the command. */
class SampleMailboxTest {
  private static final Path SAMPLE = Path.of("..", "dev", "sample");

  @Test
  void sampleQuestionsFindExpectedMail(@TempDir Path folder) throws IOException {
    Cli cli = new Cli(folder).embedder(() -> EmbedderFactory.DEFAULT.open(new ModelOptions()));
    cli.ok("import", SAMPLE.resolve("sample.mbox").toString());
    cli.ok("embeddings", "build");
    assertTrue(cli.ok("embeddings").endsWith("missing 0\n"));
    List<String> questions = Files.readAllLines(SAMPLE.resolve("questions.txt"));
    assertTrue(questions.size() >= 3);
    for (String line : questions) {
      String[] parts = line.split("\t", 2);
      String json = cli.ok("search", "--json", "-k", "1", parts[0]);
      String key = parts[1].substring(1, parts[1].length() - 1);
      assertTrue(json.contains("\"external_id\" : \"" + key + "\""), parts[0] + ": " + json);
    }
  }
}
