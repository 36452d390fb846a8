package io.msgvault.embed.springai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.retrieval.UnsupportedFilterException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.ai.vectorstore.filter.FilterExpressionTextParser;

/** Tests that each filter expression of Spring AI finds its counterpart. */
class SpringAiFiltersTest {
  private static final MessageFilter WORK = all().labels(List.of("work")).build();
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private static MessageFilter.Builder all() {
    return MessageFilter.builder();
  }

  private static MessageFilter not(MessageFilter filter) {
    return all().excluding(List.of(filter)).build();
  }

  private static MessageFilter parsed(String text) {
    return SpringAiFilters.toMessageFilter(new FilterExpressionTextParser().parse(text));
  }

  @Test
  void textsHaveCounterparts() {
    Map.of(
            "label == 'work'", WORK,
            "\"label\" == 'work'", WORK,
            "label != 'work'", not(WORK),
            "sender in ['a@b.c', '@d.e']", all().senders(List.of("a@b.c", "@d.e")).build(),
            "label nin ['work']", not(WORK),
            "sent_at >= '2026-01-31T12:00:00Z'", all().from(NOON).build(),
            "sent_at < '2026-01-31T12:00:00Z'", all().before(NOON).build(),
            "size_bytes > 9", all().minBytes(10).build(),
            "size_bytes <= 9", all().maxBytes(9).build(),
            "has_attachment == true", all().withAttachment().build())
        .forEach((text, expected) -> assertEquals(expected, parsed(text), text));
  }

  @Test
  void operatorsHaveCounterparts() {
    MessageFilter mail = all().labels(List.of("work")).types(List.of("email")).build();
    assertEquals(mail, parsed("label == 'work' && type == 'email'"));
    assertEquals(
        all().labels(List.of("work", "home")).build(),
        parsed("label == 'work' || label == 'home'"));
    assertEquals(not(mail), parsed("not (label == 'work' && type == 'email')"));
  }

  @Test
  void builtExpressionsHaveCounterparts() {
    FilterExpressionBuilder b = new FilterExpressionBuilder();
    assertEquals(
        all().labels(List.of("work")).from(NOON).build(),
        SpringAiFilters.toMessageFilter(
            b.and(b.group(b.eq("label", "work")), b.gte("sent_at", NOON)).build()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "folder == 'inbox'",
        "label is null",
        "label is not null",
        "label > 'a'",
        "label == 'a' || subject == 'b'"
      })
  void otherTextsAreRefused(String text) {
    assertThrows(UnsupportedFilterException.class, () -> parsed(text));
  }

  @Test
  void malformedExpressionsAreRefused() {
    Filter.Key key = new Filter.Key("label");
    Filter.Value value = new Filter.Value("work");
    for (Expression malformed :
        List.of(
            new Expression(ExpressionType.EQ, value, value),
            new Expression(ExpressionType.EQ, key, key),
            new Expression(ExpressionType.AND, key, value),
            new Expression(ExpressionType.OR, new Expression(ExpressionType.EQ, key, value)))) {
      assertThrows(
          UnsupportedFilterException.class, () -> SpringAiFilters.toMessageFilter(malformed));
    }
  }
}
