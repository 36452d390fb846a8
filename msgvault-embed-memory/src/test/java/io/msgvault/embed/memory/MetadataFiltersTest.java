package io.msgvault.embed.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.memory.ArchiveMessage.Metadata;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.retrieval.MetadataFilters;
import io.msgvault.embed.search.retrieval.UnsupportedFilterException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests filters by name against the definition of a filter. */
class MetadataFiltersTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private static final ArchiveMessage UNKNOWN = message(Metadata.of("email", "main").toBuilder());
  private static final ArchiveMessage NOTE =
      message(
          Metadata.of("note", "disk").toBuilder()
              .sender(Optional.of("ann@example.org"))
              .to(List.of("bo@example.com"))
              .cc(List.of("cy@example.org"))
              .bcc(List.of("di@example.net"))
              .labels(Set.of("work", "boiler"))
              .conversation(Optional.of("c1"))
              .attachments(List.of("bill.pdf"))
              .sent(Optional.of(NOON))
              .bytes(OptionalLong.of(100)));
  private static final ArchiveMessage LATER =
      message(
          Metadata.of("email", "disk").toBuilder()
              .sender(Optional.of("bo@example.com"))
              .to(List.of("ann@example.org"))
              .labels(Set.of("work"))
              .sent(Optional.of(NOON.plusMillis(1)))
              .bytes(OptionalLong.of(101)));
  private static final List<ArchiveMessage> MESSAGES = List.of(UNKNOWN, NOTE, LATER);

  private static ArchiveMessage message(Metadata.Builder metadata) {
    return ArchiveMessage.of("The boiler", "text").withMetadata(metadata.build());
  }

  private static boolean matches(MessageFilter filter, ArchiveMessage message) {
    return FilterMatcher.matches(filter, message);
  }

  @ParameterizedTest
  @CsvSource({
    "source, disk, main",
    "type, note, memo",
    "label, boiler, spam",
    "conversation, c1, c2",
    "sender, ANN@example.org, bo@example.org",
    "sender, @example.org, @example.net",
    "to, bo@example.com, cy@example.org",
    "cc, cy@example.org, bo@example.com",
    "bcc, di@example.net, bo@example.com",
    "recipient, di@example.net, ann@example.org",
    "has_attachment, true, false",
    "size_bytes, 100, 101",
  })
  void equalityFindsValue(String key, String value, String other) {
    Object[] typed = {value, other};
    if (key.equals("size_bytes")) {
      typed = new Object[] {Integer.valueOf(value), Long.valueOf(other)};
    }
    assertTrue(matches(MetadataFilters.equalTo(key, typed[0]), NOTE));
    assertFalse(matches(MetadataFilters.equalTo(key, typed[1]), NOTE));
    assertTrue(matches(MetadataFilters.anyOf(key, List.of(typed)), NOTE));
    assertTrue(matches(MetadataFilters.equalTo(key, List.of(typed)), NOTE));
    assertTrue(matches(MetadataFilters.not(MetadataFilters.equalTo(key, typed[1])), NOTE));
  }

  @Test
  void noValueMatchesNothing() {
    for (ArchiveMessage message : MESSAGES) {
      assertFalse(matches(MetadataFilters.anyOf("label", List.of()), message));
      assertTrue(matches(MetadataFilters.not(MetadataFilters.NONE), message));
    }
  }

  static Stream<Object> noons() {
    return Stream.of(
        "2026-01-31T12:00:00Z",
        "2026-01-31T13:00:00+01:00",
        NOON,
        OffsetDateTime.parse("2026-01-31T13:00:00+01:00"),
        ZonedDateTime.parse("2026-01-31T12:00:00Z[UTC]"),
        Date.from(NOON));
  }

  @ParameterizedTest
  @MethodSource("noons")
  void timesAreComparedExactly(Object noon) {
    Map.of(
            MetadataFilters.atLeast("sent_at", noon), List.of(NOTE, LATER),
            MetadataFilters.above("sent_at", noon), List.of(LATER),
            MetadataFilters.atMost("sent_at", noon), List.of(NOTE),
            MetadataFilters.below("sent_at", noon), List.of())
        .forEach(
            (filter, expected) ->
                assertEquals(
                    expected, MESSAGES.stream().filter(each -> matches(filter, each)).toList()));
  }

  @Test
  void dateIsItsBegin() {
    for (Object day : List.of("2026-01-31", LocalDate.parse("2026-01-31"))) {
      assertEquals(
          MetadataFilters.atLeast("sent_at", "2026-01-31T00:00:00Z"),
          MetadataFilters.atLeast("sent_at", day));
    }
  }

  @Test
  void sizesAreCompared() {
    Map.of(
            MetadataFilters.atLeast("size_bytes", 100.0), List.of(NOTE, LATER),
            MetadataFilters.above("size_bytes", 100), List.of(LATER),
            MetadataFilters.atMost("size_bytes", 100L), List.of(NOTE),
            MetadataFilters.below("size_bytes", 100), List.of())
        .forEach(
            (filter, expected) ->
                assertEquals(
                    expected, MESSAGES.stream().filter(each -> matches(filter, each)).toList()));
  }

  @Test
  void partOfSubjectIsFound() {
    assertTrue(matches(MetadataFilters.containing("subject", "BOIL"), NOTE));
    assertFalse(matches(MetadataFilters.containing("subject", "bill"), NOTE));
  }

  /** Each filter, with what it means. */
  private static Map<MessageFilter, Predicate<ArchiveMessage>> atoms() {
    return Map.of(
        MetadataFilters.equalTo("label", "work"), each -> each.metadata().labels().contains("work"),
        MetadataFilters.equalTo("label", "boiler"), NOTE::equals,
        MetadataFilters.equalTo("type", "email"), each -> !each.equals(NOTE),
        MetadataFilters.containing("subject", "boiler"), each -> true,
        MetadataFilters.containing("subject", "bill"), each -> false,
        MetadataFilters.atLeast("sent_at", NOON), each -> !each.equals(UNKNOWN),
        MetadataFilters.above("sent_at", NOON), LATER::equals,
        MetadataFilters.atMost("size_bytes", 100), NOTE::equals,
        MetadataFilters.equalTo("has_attachment", "true"), NOTE::equals,
        MetadataFilters.not(MetadataFilters.equalTo("sender", "@example.org")),
            each -> !each.equals(NOTE));
  }

  @Test
  void expressionsMeanWhatLogicSays() {
    atoms()
        .forEach(
            (a, isA) ->
                atoms()
                    .forEach(
                        (b, isB) -> {
                          MessageFilter both = MetadataFilters.both(a, b);
                          MessageFilter either = MetadataFilters.either(a, b);
                          for (ArchiveMessage message : MESSAGES) {
                            boolean inA = isA.test(message);
                            boolean inB = isB.test(message);
                            assertEquals(inA && inB, matches(both, message), both::toString);
                            assertEquals(inA || inB, matches(either, message), either::toString);
                            assertEquals(
                                !(inA && inB), matches(MetadataFilters.not(both), message));
                            assertEquals(
                                inA && (inA || inB),
                                matches(MetadataFilters.both(a, either), message));
                          }
                        }));
  }

  @Test
  void groupsBecomeOneFlatFilter() {
    assertEquals(
        MessageFilter.builder()
            .labels(List.of("work"))
            .senders(List.of("ann@example.org"))
            .from(NOON)
            .maxBytes(9)
            .build(),
        Stream.of(
                MetadataFilters.equalTo("label", "work"),
                MetadataFilters.atLeast("sent_at", NOON),
                MetadataFilters.atMost("size_bytes", 9),
                MetadataFilters.equalTo("sender", "ann@example.org"),
                MetadataFilters.atLeast("sent_at", NOON.minusSeconds(1)),
                MetadataFilters.atMost("size_bytes", 10))
            .reduce(MessageFilter.ALL, MetadataFilters::both));
    assertEquals(
        MessageFilter.builder().labels(List.of("work", "home")).build(),
        MetadataFilters.either(
            MetadataFilters.equalTo("label", "work"), MetadataFilters.equalTo("label", "home")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sent_at", "subject", "message_id", "people", "folder"})
  void equalityOfOthersIsRefused(String key) {
    assertRefused(key, () -> MetadataFilters.equalTo(key, "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"label", "sender", "subject", "has_attachment", "folder"})
  void orderOfOthersIsRefused(String key) {
    assertRefused(key, () -> MetadataFilters.atLeast(key, 1));
    assertRefused(key, () -> MetadataFilters.atMost(key, 1));
    assertRefused(key, () -> MetadataFilters.above(key, 1));
    assertRefused(key, () -> MetadataFilters.below(key, 1));
  }

  @Test
  void valuesThatDoNotFitAreRefused() {
    assertRefused("sender", () -> MetadataFilters.equalTo("sender", true));
    assertRefused("has_attachment", () -> MetadataFilters.equalTo("has_attachment", "yes"));
    assertRefused("sent_at", () -> MetadataFilters.atLeast("sent_at", "yesterday"));
    assertRefused("sent_at", () -> MetadataFilters.atLeast("sent_at", 1_700_000_000));
    assertRefused("size_bytes", () -> MetadataFilters.atLeast("size_bytes", 1.5));
    assertRefused("size_bytes", () -> MetadataFilters.atLeast("size_bytes", "1k"));
    assertRefused("label", () -> MetadataFilters.containing("label", "x"));
  }

  private static void assertRefused(String key, org.junit.jupiter.api.function.Executable filter) {
    UnsupportedFilterException refusal = assertThrows(UnsupportedFilterException.class, filter);
    assertTrue(refusal.getMessage().contains(key), refusal.getMessage());
  }
}
