package io.msgvault.embed.store.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SqlTemplateTest {
  private static final SqlTemplate COLUMNS =
      SqlTemplate.of(
          (alias, name) ->
              name.equals("id")
                  ? Optional.of(alias.isEmpty() ? "\"key\"" : alias + ".\"key\"")
                  : Optional.empty());

  @Test
  void resolvesNamesWithAndWithoutAlias() {
    assertEquals(
        "SELECT m.\"key\" FROM \"mail\" m ORDER BY \"key\"",
        COLUMNS
            .withNames(Map.of("messages", "\"mail\""))
            .render("SELECT {m.id} FROM {messages} m ORDER BY {id}"));
  }

  @Test
  void namesMayHoldDollarsAndBackslashesAndBraces() {
    assertEquals(
        "SELECT \"$1\\{id}\"",
        COLUMNS.withNames(Map.of("odd", "\"$1\\{id}\"")).render("SELECT {odd}"));
  }

  @Test
  void otherBracesStayAsTheyAre() {
    String literal = "'{int2, int4}' || '{}' || '{1}'";
    assertEquals(literal, COLUMNS.render(literal));
  }

  @Test
  void unknownNamesAreErrors() {
    assertThrows(IllegalArgumentException.class, () -> COLUMNS.render("SELECT {subject}"));
    SqlTemplate tables = SqlTemplate.of(Map.of("messages", "\"mail\""));
    assertThrows(IllegalArgumentException.class, () -> tables.render("SELECT {m.messages}"));
  }

  @Test
  void keepsTheSectionsThatAreOn() {
    String script =
        """
        CREATE INDEX a ON {t};
        --[soft_deletion
        CREATE INDEX b ON {t};
        --]
        --[bodies
        CREATE INDEX c ON {t};
        --]
        CREATE INDEX d ON {t};
        """;
    SqlTemplate template =
        SqlTemplate.of(Map.of("t", "mail"))
            .withSections(Map.of("soft_deletion", true, "bodies", false));
    assertEquals(
        """
        CREATE INDEX a ON mail;
        CREATE INDEX b ON mail;
        CREATE INDEX d ON mail;
        """,
        template.render(script));
    assertThrows(IllegalArgumentException.class, () -> COLUMNS.render(script));
  }
}
