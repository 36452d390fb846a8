package io.msgvault.embed.langchain4j;

import static dev.langchain4j.store.embedding.filter.MetadataFilterBuilder.metadataKey;
import static io.msgvault.embed.langchain4j.LangChain4jFilters.toMessageFilter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.store.embedding.filter.Filter;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.retrieval.UnsupportedFilterException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that each filter of LangChain4j finds its counterpart. */
class LangChain4jFiltersTest {
  private static final MessageFilter WORK = all().labels(List.of("work")).build();
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private static MessageFilter.Builder all() {
    return MessageFilter.builder();
  }

  private static MessageFilter not(MessageFilter filter) {
    return all().excluding(List.of(filter)).build();
  }

  @Test
  void comparisonsHaveCounterparts() {
    Map.<Filter, MessageFilter>of(
            metadataKey("label").isEqualTo("work"),
            WORK,
            metadataKey("label").isNotEqualTo("work"),
            not(WORK),
            metadataKey("sender").isIn("a@b.c", "@d.e"),
            all().senders(List.of("a@b.c", "@d.e")).build(),
            metadataKey("label").isNotIn("work"),
            not(WORK),
            metadataKey("sent_at").isGreaterThanOrEqualTo("2026-01-31T12:00:00Z"),
            all().from(NOON).build(),
            metadataKey("sent_at").isLessThan("2026-01-31T12:00:00Z"),
            all().before(NOON).build(),
            metadataKey("size_bytes").isGreaterThan(9),
            all().minBytes(10).build(),
            metadataKey("size_bytes").isLessThanOrEqualTo(9L),
            all().maxBytes(9).build(),
            metadataKey("subject").containsString("boiler"),
            all().subjectContains("boiler").build())
        .forEach((filter, expected) -> assertEquals(expected, toMessageFilter(filter)));
  }

  @Test
  void operatorsHaveCounterparts() {
    Filter work = metadataKey("label").isEqualTo("work");
    Filter home = metadataKey("label").isEqualTo("home");
    Filter mail = metadataKey("type").isEqualTo("email");
    assertEquals(
        all().labels(List.of("work")).types(List.of("email")).build(),
        toMessageFilter(work.and(mail)));
    assertEquals(all().labels(List.of("work", "home")).build(), toMessageFilter(work.or(home)));
    assertEquals(not(WORK), toMessageFilter(Filter.not(work)));
  }

  @Test
  void otherFiltersAreRefused() {
    Filter own = metadata -> true;
    for (Filter filter :
        List.of(
            own,
            metadataKey("folder").isEqualTo("inbox"),
            metadataKey("label").isEqualTo("work").or(own))) {
      assertThrows(UnsupportedFilterException.class, () -> toMessageFilter(filter));
    }
  }
}
