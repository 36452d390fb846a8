package io.msgvault.embed.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares the tables of {@code docs/spring.md} with what an editor is told of the properties. */
class PropertiesTableTest {
  private static final Path GUIDE = Path.of("..", "docs", "spring.md");

  @Test
  void guideListsEveryProperty() throws IOException {
    List<String> expected = new ArrayList<>();
    try (InputStream metadata =
        PropertiesTableTest.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      for (JsonNode property : new ObjectMapper().readTree(metadata).get("properties")) {
        if (property.get("name").asText().startsWith("msgvault.")) {
          expected.add(row(property));
        }
      }
    }
    List<String> listed =
        Files.readAllLines(GUIDE).stream().filter(line -> line.startsWith("| `msgvault.")).toList();
    assertEquals(
        String.join("\n", expected.stream().sorted().toList()),
        String.join("\n", listed.stream().sorted().toList()),
        "the rows of the tables of docs/spring.md");
  }

  private static String row(JsonNode property) {
    JsonNode value = property.get("defaultValue");
    return "| `"
        + property.get("name").asText()
        + "` | "
        + (value == null || value.isArray() ? "" : "`" + value.asText() + "` ")
        + "| "
        + property.get("description").asText()
        + " |";
  }
}
