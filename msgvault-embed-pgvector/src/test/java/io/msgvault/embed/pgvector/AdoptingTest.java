package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.MessageFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs the example of {@code docs/your-own-tables.md}. */
class AdoptingTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```(java|sql)\n(.*?)```");
  private static final int MAX_LINES = 39;

  private final String schema = TestDatabase.freshName();

  @AfterEach
  void drop() {
    TestDatabase.drop(schema);
  }

  @Test
  void exampleMatchesDocument() throws IOException {
    String code = block("MailSearch(DataSource");
    String source =
        Files.readString(Path.of("src/test/java/io/msgvault/embed/pgvector/MailSearch.java"));
    assertTrue(source.endsWith("\n" + code), "docs/your-own-tables.md and MailSearch.java differ");
    assertTrue(
        code.lines().filter(line -> !line.isBlank()).count() <= MAX_LINES,
        "the example has grown long");
  }

  @Test
  void existingTableBecomesSearchable() throws IOException {
    execute("CREATE SCHEMA " + schema);
    execute(block("id bigint GENERATED ALWAYS"));
    execute(
        """
        INSERT INTO mails (from_addr, title, body, trashed) VALUES
        ('Ann@example.org', 'The fan in the rack', 'It rattles again.', false),
        ('bob@example.org', 'Lunch', 'Soup at noon?', false),
        ('bob@example.org', 'The fan', 'Never mind.', true)""");
    try (HashEmbedder embedder = new HashEmbedder();
        MailSearch search = new MailSearch(TestDatabase.pool(), schema, embedder)) {
      RunOutcome.Completed first = assertInstanceOf(RunOutcome.Completed.class, search.update());
      assertEquals(2, first.counts().embedded());
      assertEquals(1, search.search("the rattling fan rack", MessageFilter.ALL).get(0));
      assertEquals(1, search.search("ann", MessageFilter.ALL).get(0));
      assertEquals(2, search.search("bob", MessageFilter.ALL).get(0));
      execute("UPDATE mails SET trashed = NOT trashed WHERE title LIKE 'The fan%'");
      assertEquals(List.of(2L), search.search("soup", fromBob()).subList(0, 1));
      assertInstanceOf(RunOutcome.Completed.class, search.update());
      assertEquals(3, search.search("\"never mind\"", fromBob()).get(0));
      assertEquals(
          List.of(),
          search.search(
              "fan", MessageFilter.builder().senders(List.of("ann@example.org")).build()));
      execute("CREATE INDEX ON mails (lower(from_addr COLLATE \"C\"))");
      assertInstanceOf(RunOutcome.Idle.class, search.update());
    }
  }

  private static MessageFilter fromBob() {
    return MessageFilter.builder().senders(List.of("BOB@example.org")).build();
  }

  /** Returns the block of the document that contains a text. */
  private static String block(String part) throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(Path.of("../docs/your-own-tables.md")));
    while (block.find()) {
      if (block.group(2).contains(part)) {
        return block.group(2);
      }
    }
    throw new AssertionError("docs/your-own-tables.md has no block with " + part);
  }

  private void execute(String statements) {
    TestMapping.script(
        TestDatabase.pool(), "SET LOCAL search_path = %s; %s".formatted(schema, statements));
  }
}
