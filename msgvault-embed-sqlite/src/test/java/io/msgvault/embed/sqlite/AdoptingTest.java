package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.HashEmbedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the SQLite example of docs/your-own-tables.md. */
class AdoptingTest {
  private static final Path SOURCE =
      Path.of("src/test/java/io/msgvault/embed/sqlite/MailSearch.java");

  /** Returns the section, from its heading to the next one. */
  private static String section() throws IOException {
    String document = Files.readString(Path.of("../docs/your-own-tables.md"));
    Matcher sqlite = Pattern.compile("(?ms)^## SQLite$(.*?)(?=^## |\\z)").matcher(document);
    assertTrue(sqlite.find());
    return sqlite.group(1);
  }

  private static String code(String language) throws IOException {
    Matcher block = Pattern.compile("(?s)```" + language + "\\n(.*?)```").matcher(section());
    assertTrue(block.find());
    return block.group(1);
  }

  @Test
  void documentShowsTheTestedClass() throws IOException {
    String source = Files.readString(SOURCE);
    assertEquals(source.substring(source.indexOf("final class")), code("java"));
    assertTrue(code("java").lines().filter(line -> !line.isBlank()).count() < 40);
  }

  @Test
  void existingMailBecomesSearchable() throws IOException {
    try (TempFolder folder = TempFolder.create();
        SqlClient host = new SqlClient(folder.file("app.db"))) {
      host.run(code("sql"));
      String insert = "INSERT INTO mails (from_addr, title, body, received) VALUES (?, ?, ?, ?)";
      host.run(insert, "ann@example.org", "The rack", "The fan rattles again", 1_700_000_000);
      host.run(insert, "bob@example.org", "Lunch", "Soup at noon", 1_700_000_001);
      try (MailSearch mails = new MailSearch(folder.file("app.db"), new HashEmbedder())) {
        assertInstanceOf(RunOutcome.Completed.class, mails.update());
        assertEquals(1L, mails.search("does the fan rattle?").get(0));
        assertEquals(1L, mails.search("ann").get(0));
        assertEquals(2L, mails.search("bob").get(0));
        host.run("UPDATE mails SET body = 'The heron is on the roof' WHERE id = 2");
        host.run("UPDATE mails SET trashed = 1 WHERE id = 1");
        assertInstanceOf(RunOutcome.Completed.class, mails.update());
        assertEquals(List.of(2L), mails.search("a heron"));
        assertInstanceOf(RunOutcome.Idle.class, mails.update());
      }
    }
  }
}
