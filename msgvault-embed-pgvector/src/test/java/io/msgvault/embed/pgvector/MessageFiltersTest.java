package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.model.MessageFilter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests filters by conversation, by domain and by exclusion, as SQL takes them. */
class MessageFiltersTest {
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");

  private final String schema = TestDatabase.acquireArchive();
  private final PgArchive archive = PgArchive.open(TestDatabase.pool(), schema);
  private final PgMessageStore messages = PgMessageStore.open(TestDatabase.pool(), schema);

  /**
   * Of messages 1 to 4 the last has nothing that is known. Message 2 has a sender whose domain only
   * begins alike.
   */
  @BeforeEach
  void fill() {
    store(
        message("1")
            .sender(new Participant("Anna@Example.ORG", "Anna"))
            .to(List.of(new Participant("list_a@lists.example.org", "")))
            .labels(Set.of("work", "spam"))
            .sentAt(TIME)
            .sizeBytes(10)
            .subject("Server room")
            .conversation("c1"));
    store(
        message("2")
            .sender(new Participant("bert@example.org.test", ""))
            .labels(Set.of("work"))
            .sentAt(TIME.plusSeconds(60))
            .attachments(List.of("plan.pdf"))
            .conversation("c1"));
    store(
        message("3")
            .sender(new Participant("chris@sub.example.org", ""))
            .to(List.of(new Participant("listXa@lists.example.org", "")))
            .conversation("c2"));
    store(message("4"));
  }

  private static NewMessage.Builder message(String externalId) {
    return NewMessage.builder("main", externalId);
  }

  private void store(NewMessage.Builder message) {
    archive.store(message.build());
  }

  @AfterEach
  void release() {
    archive.close();
    messages.close();
    TestDatabase.releaseArchive(schema);
  }

  @Test
  void conversationsAreComparedExactly() {
    assertFound(filter(of -> of.conversations(List.of("c1"))), 1, 2);
    assertFound(filter(of -> of.conversations(List.of("c2", "C1", "c\0", "\uD800"))), 3);
    assertFound(filter(of -> of.conversations(List.of("\0"))));
  }

  @Test
  void domainsAreTheEndsOfAddresses() {
    assertFound(filter(of -> of.senders(List.of("@EXAMPLE.org"))), 1);
    assertFound(filter(of -> of.senders(List.of("@sub.example.org", "anna@example.org"))), 1, 3);
    assertFound(filter(of -> of.to(List.of("@lists.example.org"))), 1, 3);
    assertFound(filter(of -> of.recipients(List.of("@example.org"))));
    assertFound(filter(of -> of.senders(List.of("@", "@%", "@example_org", "@\\"))));
    assertFound(filter(of -> of.senders(List.of("@\0"))));
  }

  @Test
  void excludedFiltersKeepWhatIsUnknown() {
    assertFound(excluding(of -> of.labels(List.of("spam"))), 2, 3, 4);
    assertFound(excluding(of -> of.senders(List.of("@example.org"))), 2, 3, 4);
    assertFound(excluding(of -> of.from(TIME.plusSeconds(1))), 1, 3, 4);
    assertFound(excluding(of -> of.before(TIME.plusSeconds(1))), 2, 3, 4);
    assertFound(excluding(of -> of.minBytes(1)), 2, 3, 4);
    assertFound(excluding(of -> of.maxBytes(100)), 2, 3, 4);
    assertFound(excluding(of -> of.conversations(List.of("c1"))), 3, 4);
    assertFound(excluding(MessageFilter.Builder::withAttachment), 1, 3, 4);
    assertFound(excluding(MessageFilter.Builder::withoutAttachment), 2);
    assertFound(excluding(of -> of.subjectContains("server")), 2, 3, 4);
    assertFound(excluding(of -> of.labels(List.of("\0"))), 1, 2, 3, 4);
  }

  @Test
  void groupsOfOneExcludedFilterMustAllMatch() {
    assertFound(
        excluding(of -> of.labels(List.of("work")).conversations(List.of("c1")).minBytes(1)),
        2,
        3,
        4);
  }

  @Test
  void anyOfSeveralExcludedFiltersExcludes() {
    MessageFilter spam = filter(of -> of.labels(List.of("spam")));
    MessageFilter small = filter(of -> of.conversations(List.of("c2")));
    assertFound(filter(of -> of.excluding(List.of(spam, small))), 2, 4);
    assertFound(filter(of -> of.labels(List.of("work")).excluding(List.of(spam, small))), 2);
  }

  @Test
  void exclusionsMayBeNested() {
    MessageFilter workButNoSpam =
        filter(
            of ->
                of.labels(List.of("work"))
                    .excluding(List.of(filter(inner -> inner.labels(List.of("spam"))))));
    assertFound(filter(of -> of.excluding(List.of(workButNoSpam))), 1, 3, 4);
  }

  @Test
  void filterOfEverythingExcludesAll() {
    assertFound(excluding(of -> of));
    assertFound(filter(of -> of.excluding(List.of(excluding(of2 -> of2)))), 1, 2, 3, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "bigint, 7, 007",
    "smallint, -7, +7",
    "numeric, 7.50, 7.5",
    "uuid, 0f0e0d0c-0b0a-0908-0706-050403020100, 0F0E0D0C-0B0A-0908-0706-050403020100",
    "text, a, A",
    "'text COLLATE test_no_case', a, A",
    "char(3), abc, ABC",
    "boolean, true, t",
    "date, 2026-01-31, 20260131"
  })
  void conversationOfAnyTypeIsItsText(String type, String value, String other) {
    String own = TestDatabase.freshName();
    ArchiveMapping mapping =
        ArchiveMapping.builder("mails", "id").text("body").conversation("thread").build();
    try (Handle host = TestDatabase.jdbi().open()) {
      host.execute("CREATE SCHEMA " + own);
      host.execute(
          "CREATE COLLATION %s.test_no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
              .formatted(own));
      host.execute(
          "CREATE TABLE %1$s.mails (id bigint PRIMARY KEY, body text, thread %2$s)"
              .formatted(own, type.replace("test_", own + ".test_")));
      host.execute(
          "INSERT INTO %s.mails VALUES (1, 'a', '%s'), (2, 'b', NULL)".formatted(own, value));
    }
    try (PgMessageStore mapped = PgMessageStore.install(TestDatabase.pool(), own, mapping)) {
      MessageFilter one = filter(of -> of.conversations(List.of(value, "x", "9".repeat(40))));
      assertEquals(Set.of(1L), mapped.filterIds(List.of(1L, 2L), one));
      MessageFilter none = filter(of -> of.conversations(List.of(other)));
      assertEquals(Set.of(), mapped.filterIds(List.of(1L, 2L), none));
      assertEquals(value, mapped.details(List.of(1L)).get(0).conversation().orElseThrow());
    } finally {
      TestDatabase.drop(own);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsNotMappedExcludesNothing(boolean nested) {
    String own = TestMappings.MINIMAL.acquire();
    try (Handle host = TestDatabase.jdbi().open();
        PgMessageStore mapped = TestMappings.MINIMAL.open(TestDatabase.pool(), own)) {
      host.execute("INSERT INTO %s.notes VALUES (1, 'a')".formatted(own));
      MessageFilter unmapped =
          filter(
              of ->
                  of.senders(List.of("@a"))
                      .labels(List.of("b"))
                      .conversations(List.of("c"))
                      .from(TIME)
                      .minBytes(1));
      MessageFilter excluding = filter(of -> of.excluding(List.of(unmapped)));
      assertEquals(
          nested ? Set.of() : Set.of(1L),
          mapped.filterIds(
              List.of(1L), nested ? filter(of -> of.excluding(List.of(excluding))) : excluding));
    } finally {
      TestMappings.MINIMAL.release(own);
    }
  }

  private static MessageFilter filter(
      Function<MessageFilter.Builder, MessageFilter.Builder> groups) {
    return groups.apply(MessageFilter.builder()).build();
  }

  private static MessageFilter excluding(
      Function<MessageFilter.Builder, MessageFilter.Builder> groups) {
    return filter(of -> of.excluding(List.of(filter(groups))));
  }

  private void assertFound(MessageFilter filter, long... expected) {
    TreeSet<Long> ids = new TreeSet<>();
    for (long id : expected) {
      ids.add(id);
    }
    assertEquals(ids, new TreeSet<>(messages.findMatching(filter, 9).orElseThrow()));
    assertEquals(ids, new TreeSet<>(messages.filterIds(List.of(1L, 2L, 3L, 4L, 5L), filter)));
  }
}
