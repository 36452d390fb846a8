package io.msgvault.embed.search.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationFilesTest {
  private static final String AD_HOC =
      """
      <top>
      <num> Number: 301
      <title> International
      Organized Crime

      <desc> Description:
      Identify organizations that participate.
      </top>

      <TOP>
      <num>302</num>
      <title>Topic: is the disease under control?</title>
      </TOP>
      """;

  @TempDir private Path folder;

  @Test
  void topicsAreLinesWithTab() throws IOException {
    assertEquals(
        List.of(new Topic("1", "who paid?"), new Topic("b 2", "a\tb")),
        Topic.read(file("\uFEFF1\twho paid?\r\n\n b 2 \t a\tb\n")));
  }

  @Test
  void topicsMayHaveTags() throws IOException {
    assertEquals(
        List.of(
            new Topic("301", "International Organized Crime"),
            new Topic("302", "is the disease under control?")),
        Topic.read(file(AD_HOC)));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          '1 who paid?', 1, there is no tab
          '1\twho?\n2\t ', 2, topic 2 has no question
          '\twho?', 1, the topic has no id
          '1\ta\n\n1\tb', 3, topic 1 comes twice
          '<top>\n<num> 1\n<top>', 3, the topic before has no </top>
          '<top>\n<num> 1\n<title> a', 3, the last topic has no </top>
          '<top>\n<title> a\n</top>', 3, the topic has no id
          '<top>\n<num> 1\n</top>', 3, topic 1 has no question
          '<top>\n<num> 1\n<title> a\n</top>\nb', 5, there is no <top>
          """)
  void wrongTopicIsShown(String text, int line, String problem) throws IOException {
    assertFault(text, line, problem, Topic::read);
  }

  @Test
  void judgementsHaveFourColumnsOrThree() throws IOException {
    Judgements judgements = Judgements.read(file("1 0 a 2\n1\tQ0\tb\t-1\n\n2\tc\t1\n"));
    assertEquals(Map.of("a", 2, "b", -1), judgements.grades("1"));
    assertEquals(Map.of("c", 1), judgements.grades("2"));
    assertEquals(Map.of(), judgements.grades("3"));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          '1 0 a 1\n1 0 b', 2, the grade must be an integer
          '1 0 a 1 1', 1, there are 5 columns
          '1 a', 1, there are 2 columns
          '1 0 a 1.5', 1, but is 1.5
          '1 0 a 1\n2 0 a 1\n1 0 a 1', 3, document a is judged twice for topic 1
          """)
  void wrongJudgementIsShown(String text, int line, String problem) throws IOException {
    assertFault(text, line, problem, Judgements::read);
  }

  @Test
  void emptyOrUnreadableFileIsRefused() throws IOException {
    assertFault(" \n\n", 0, "it has no topics", Topic::read);
    assertFault("\n", 0, "it has no judgements", Judgements::read);
    Path missing = folder.resolve("missing");
    EvaluationFileException e =
        assertThrows(EvaluationFileException.class, () -> Topic.read(missing));
    assertTrue(e.getMessage().contains("missing: it cannot be read"), e.getMessage());
    Path latin = Files.write(folder.resolve("latin"), new byte[] {'1', '\t', (byte) 0xE9});
    assertTrue(
        assertThrows(EvaluationFileException.class, () -> Topic.read(latin))
            .getMessage()
            .contains("not UTF-8"));
  }

  private void assertFault(String text, int line, String problem, Function<Path, ?> reader)
      throws IOException {
    Path file = file(text.replace("\\n", "\n").replace("\\t", "\t"));
    EvaluationFileException e =
        assertThrows(EvaluationFileException.class, () -> reader.apply(file));
    assertEquals(file, e.file());
    assertEquals(line, e.line(), e.getMessage());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
    assertTrue(e.getMessage().startsWith(file + (line == 0 ? ": " : ":" + line + ": ")));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("file"), text);
  }
}
