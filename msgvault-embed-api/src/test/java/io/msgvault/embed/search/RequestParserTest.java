package io.msgvault.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.MessageFilter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RequestParserTest {
  @Test
  void filtersAreTakenOutOfText() {
    SearchRequest request =
        SearchRequest.parse(
            "from:anna label:work -label:spam before:2026-01-01 \"server room\" hot");
    assertEquals("\"server room\" hot", request.text());
    assertEquals(
        MessageFilter.builder()
            .senders(List.of("anna"))
            .labels(List.of("work"))
            .before(Instant.parse("2026-01-01T00:00:00Z"))
            .excluding(List.of(MessageFilter.builder().labels(List.of("spam")).build()))
            .build(),
        request.filter());
    assertEquals(SearchMode.HYBRID, request.mode());
  }

  @Test
  void everyFilterIsKnown() {
    MessageFilter filter =
        SearchRequest.parse(
                "x FROM:A@example.org from:@example.com to:b cc:c bcc:d with:e recipients:f"
                    + " subject:\"the boiler\" label:\"my work\" source:s type:email"
                    + " has:attachment conversation:7 after:2025 larger:2k smaller:3M")
            .filter();
    assertEquals(
        MessageFilter.builder()
            .senders(List.of("a@example.org", "@example.com"))
            .to(List.of("b"))
            .cc(List.of("c"))
            .bcc(List.of("d"))
            .recipients(List.of("e", "f"))
            .subjectContains("the boiler")
            .labels(List.of("my work"))
            .sources(List.of("s"))
            .types(List.of("email"))
            .withAttachment()
            .conversations(List.of("7"))
            .from(Instant.parse("2025-01-01T00:00:00Z"))
            .minBytes(2048)
            .maxBytes(3 << 20)
            .build(),
        filter);
  }

  @Test
  void datesAreOfZone() {
    ZoneId zone = ZoneId.of("+02:00");
    assertEquals(
        Instant.parse("2026-01-31T22:00:00Z"),
        SearchRequest.parse("x after:2026-02", zone).filter().from().orElseThrow());
    assertEquals(
        Instant.parse("2026-02-03T04:05:06Z"),
        SearchRequest.parse("x after:2026-02-03T04:05:06Z", zone).filter().from().orElseThrow());
  }

  @Test
  void otherColonsAreText() {
    for (String text :
        List.of(
            "http://example.org/from:x",
            "10:30",
            "note: x",
            "\"from: anna\" x",
            "(from:anna)",
            "a:b:c",
            "re: -5 degrees",
            "x\"y\"from:z")) {
      SearchRequest request = SearchRequest.parse(text);
      assertEquals(text, request.text());
      assertEquals(MessageFilter.ALL, request.filter());
    }
  }

  @Test
  void errorsPointAtPlace() {
    assertError("x from: anna", 7, "right behind the colon");
    assertError("x label:\"work", 8, "not closed");
    assertError("x before:yesterday", 9, "2026-01-31");
    assertError("x before:2026-13", 9, "2026-01-31");
    assertError("x larger:big", 9, "k, M or G");
    assertError("x smaller:999999999999G", 10, "smaller number");
    assertError("x has:cats", 6, "has:attachment");
    assertError("subject:a x subject:b", 12, "twice");
    assertError("from:anna", 9, "type a word");
    assertError("", 0, "type a word");
  }

  @Test
  void caretStandsBelowPlace() {
    SearchSyntaxException error = error("x before:\tnow");
    assertEquals("x before: now\n         ^", error.caret());
    String far = "word ".repeat(100) + "larger:big " + "word ".repeat(100);
    List<String> lines = error(far).caret().lines().toList();
    assertEquals("big", lines.get(0).substring(lines.get(1).indexOf('^')).substring(0, 3));
    assertTrue(lines.get(0).length() <= 120);
  }

  @Property
  void everyTextIsRequestOrTypedError(@ForAll("typed") String typed) {
    try {
      assertFalse(SearchRequest.parse(typed).text().isBlank());
    } catch (SearchSyntaxException e) {
      assertTrue(e.offset() >= 0 && e.offset() <= typed.length());
      assertTrue(e.caret().endsWith("^"));
    }
  }

  @Provide
  Arbitrary<String> typed() {
    Arbitrary<String> parts =
        Arbitraries.of(
            "from:",
            "-label:",
            "before:",
            "larger:",
            "has:",
            "subject:",
            "\"",
            " ",
            ":",
            "-",
            "2026",
            "2026-01-01",
            "9k",
            "word",
            "@x",
            "attachment",
            "\t",
            "\0",
            "漢",
            "\ud800");
    return Arbitraries.oneOf(
        parts.list().ofMaxSize(12).map(list -> String.join("", list)), Arbitraries.strings());
  }

  private static void assertError(String typed, int offset, String remedy) {
    SearchSyntaxException error = error(typed);
    assertEquals(offset, error.offset(), error.getMessage());
    assertTrue(error.getMessage().contains(remedy), error.getMessage());
  }

  private static SearchSyntaxException error(String typed) {
    return assertThrows(SearchSyntaxException.class, () -> SearchRequest.parse(typed));
  }
}
