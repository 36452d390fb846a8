package io.msgvault.embed.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.mapping.MappedColumn.Role;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ArchiveMappingTest {
  private static final ArchiveMapping MAPPING =
      ArchiveMapping.builder("mails", "id")
          .subject("title")
          .text("body")
          .bodies("texts", "mail")
          .deleted("trashed", Marker.FALSE_WHILE_LIVE)
          .source(Name.by("account", "accounts", "no", "label"))
          .sender(Name.in("from_addr"))
          .sentAt("received", TimeFormat.NATIVE)
          .build();

  @Test
  void builderOfAMappingMakesAnEqualOne() {
    ArchiveMapping copy = MAPPING.toBuilder().build();
    assertEquals(MAPPING, copy);
    assertEquals(MAPPING.hashCode(), copy.hashCode());
    assertEquals(MAPPING.toString(), copy.toString());
    assertNotEquals(MAPPING, MAPPING.toBuilder().sizeBytes("size").build());
    assertNotEquals(MAPPING, MAPPING.toBuilder().subject("headline").build());
  }

  @Test
  void namesAndInputsAreRequired() {
    ArchiveMapping.Builder builder = ArchiveMapping.builder("mails", "id");
    assertThrows(IllegalArgumentException.class, builder::build);
    assertThrows(IllegalArgumentException.class, () -> builder.subject("embed_rev").build());
  }

  @Test
  void namedMappingEndsItsOwnNames() {
    ArchiveMapping tickets = MAPPING.toBuilder().name("tickets_2").build();
    assertEquals("_tickets_2", tickets.suffix());
    assertEquals("", MAPPING.suffix());
    assertNotEquals(MAPPING, tickets);
    assertEquals(tickets, tickets.toBuilder().build());
    assertEquals(MAPPING.installed(), tickets.installed());
    for (String refused : List.of("", "Tickets", "2nd", "_x", "a b", "a\"", "a".repeat(21), "é")) {
      assertThrows(IllegalArgumentException.class, () -> MAPPING.toBuilder().name(refused));
    }
  }

  @Test
  void columnsAreListedByRoleWithTheirTables() {
    assertEquals(
        List.of(
            new MappedColumn(Role.ID, "mails", "id"),
            new MappedColumn(Role.SUBJECT, "mails", "title"),
            new MappedColumn(Role.DELETED, "mails", "trashed"),
            new MappedColumn(Role.SENT_AT, "mails", "received"),
            new MappedColumn(Role.MESSAGE_ID, "texts", "mail"),
            new MappedColumn(Role.TEXT, "texts", "body"),
            new MappedColumn(Role.SOURCE, "mails", "account"),
            new MappedColumn(Role.LOOKUP_KEY, "accounts", "no"),
            new MappedColumn(Role.LOOKUP_NAME, "accounts", "label"),
            new MappedColumn(Role.SENDER, "mails", "from_addr")),
        MAPPING.columns());
    assertEquals(List.of("mails", "texts", "accounts"), List.copyOf(MAPPING.tables()));
    assertEquals(
        Set.of("title", "body"),
        MAPPING.columns().stream()
            .filter(MappedColumn::isEmbeddableInput)
            .map(MappedColumn::name)
            .collect(Collectors.toSet()));
  }

  @Test
  void installedPartsComeBackFromTheirText() {
    InstalledMapping installed = InstalledMapping.parse(MAPPING.installed().toString());
    assertEquals(MAPPING.installed(), installed);
    assertEquals(List.of(), installed.differencesTo(MAPPING));
    installed.requireSame(MAPPING);
    assertThrows(IllegalArgumentException.class, () -> InstalledMapping.parse("messages"));
  }

  @Test
  void differencesNameWhatWasInstalledAndWhatIsGiven() {
    InstalledMapping installed = MAPPING.installed();
    ArchiveMapping other =
        ArchiveMapping.builder("mails", "id").subject("headline").text("body").build();
    assertEquals(
        List.of(
            "subject: installed with \"title\", given \"headline\"",
            "bodies: installed with \"texts\" by \"mail\", given none",
            "deleted: installed with \"trashed\" FALSE_WHILE_LIVE, given none",
            "source: installed with \"account\", given none"),
        installed.differencesTo(other));
    assertThrows(MappingMismatchException.class, () -> installed.requireSame(other));
    assertThrows(MappingMismatchException.class, () -> installed.requireSameTables(other));
    installed.requireSameTables(MAPPING.toBuilder().subject("headline").build());
  }

  @Test
  void partsThatAreOnlyReadMayBeMappedLater() {
    MAPPING.installed().requireSame(MAPPING.toBuilder().sizeBytes("size").build());
  }
}
