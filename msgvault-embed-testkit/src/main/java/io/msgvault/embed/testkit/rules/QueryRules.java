package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.OUTCOMES;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.FilterMatcher;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.Generators;
import io.msgvault.embed.testkit.model.ReadWritePace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What the store says of many messages at once. */
public interface QueryRules extends MessageStoreContext {
  // MS-11

  /**
   * Each transaction and each stamp keeps the figures what they are, so any other figure mixes two
   * moments.
   */
  @Rule("MS-11")
  @Needs(Capability.SOFT_DELETION)
  @Example
  default void coverageIsConsistentDuringWrites() {
    int rounds = effort().of(100);
    int messages = 20;
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(messages);
      archive.writer().delete(1);
      MessageStore stamping = archive.open();
      MessageStore reading = archive.open();
      List<Stamp> embedded = stamps(archive, ArchiveUnderTest.EMBEDDED);
      List<Stamp> blank = stamps(archive, ArchiveUnderTest.BLANK);
      archive.store().stamp(1, embedded);
      ReadWritePace pace = new ReadWritePace(rounds, 2);
      Expect.ThrowingRunnable swap =
          () -> {
            for (int i = 0; pace.keepWriting(i); i++) {
              int round = i;
              archive
                  .writer()
                  .atomically(
                      writer -> {
                        writer.delete(round % 2 + 1);
                        writer.restore((round + 1) % 2 + 1);
                      });
            }
          };
      Expect.ThrowingRunnable stamp =
          () -> {
            for (int i = 0; pace.keepWriting(i); i++) {
              stamping.stamp(1, i % 2 == 0 ? blank : embedded);
            }
          };
      Expect.ThrowingRunnable look =
          () -> {
            while (pace.keepReading()) {
              Coverage coverage = reading.coverage(1, Scope.ALL);
              Expect.equal(messages - 1L, coverage.live(), "the live messages in " + coverage);
              long fewer = Math.min(coverage.embedded(), coverage.blank());
              Expect.that(fewer == 0 && coverage.missing() == 1, () -> "no moment had " + coverage);
            }
          };
      ConcurrentCalls.runAll(List.of(swap, stamp, look));
    }
  }

  /** All that vanish are settled, so the number of missing messages stays the same. */
  @Rule("MS-11")
  @Example
  default void coverageIsConsistentDuringDeletions() {
    int messages = effort().of(400);
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(messages);
      archive.settle(1);
      archive.insert(messages + 1L, "to do");
      MessageStore reading = archive.open();
      ReadWritePace pace = new ReadWritePace(messages, 1);
      Expect.ThrowingRunnable vanish =
          () -> {
            for (int i = 0; pace.keepWriting(i); i++) {
              if (i < messages) {
                archive.remove(i + 1L);
              }
            }
          };
      Expect.ThrowingRunnable look =
          () -> {
            while (pace.keepReading()) {
              Coverage coverage = reading.coverage(1, Scope.ALL);
              Expect.that(
                  coverage.missing() == 1 && coverage.live() == coverage.embedded() + 1,
                  () -> "no moment had " + coverage);
            }
          };
      ConcurrentCalls.runAll(List.of(vanish, look));
    }
  }

  private static List<Stamp> stamps(ArchiveUnderTest archive, Stamp.Outcome outcome) {
    return archive.scan(1).stream()
        .filter(message -> message.id() > 2)
        .map(message -> new Stamp(message.id(), message.revision(), outcome))
        .toList();
  }

  @Rule("MS-11")
  @Property(tries = 40)
  default void coverageMatchesModel(
      @ForAll("messageLists") List<ArchiveMessage> messages, @ForAll("scopes") Scope scope) {
    try (ArchiveUnderTest archive = archive()) {
      long[] counts = new long[5];
      for (int i = 0; i < messages.size(); i++) {
        long id = i + 1L;
        archive.writer().insert(id, messages.get(i));
        if (i % 5 < OUTCOMES.size()) {
          archive.stamp(1, OUTCOMES.get(i % 5), id);
        } else if (i % 5 == 4) {
          archive.remove(id);
        }
        if (FilterMatcher.covers(scope, archive.asStored(messages.get(i)).metadata())) {
          counts[i % 5]++;
        }
      }
      Coverage expected =
          new Coverage(
              counts[0] + counts[1] + counts[2] + counts[3],
              counts[0],
              counts[1],
              counts[2],
              counts[3]);
      Expect.equal(expected, archive.store().coverage(1, scope), "the coverage in scope " + scope);
      Coverage untouched = new Coverage(expected.live(), 0, 0, 0, expected.live());
      Expect.equal(
          untouched,
          archive.store().coverage(999, scope),
          "the coverage of a generation without stamps");
    }
  }

  // MS-14

  @Rule("MS-14")
  @Property(tries = 80)
  default void matchAndRetainApplyFilter(
      @ForAll("messagesWithMetadata") List<ArchiveMessage> messages,
      @ForAll("filters") List<MessageFilter> filters) {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1, messages.size(), id -> messages.get((int) id - 1));
      for (int i = 5; i < messages.size(); i += 6) {
        archive.remove(i + 1L);
      }
      for (MessageFilter filter : filters) {
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
          if (i % 6 != 5 && FilterMatcher.matches(filter, archive.asStored(messages.get(i)))) {
            expected.add(i + 1L);
          }
        }
        requireMatching(archive.store(), filter, messages.size(), expected);
      }
    }
  }

  private static void requireMatching(
      MessageStore store, MessageFilter filter, int messages, List<Long> expected) {
    List<Long> all = LongStream.rangeClosed(0, messages + 3L).boxed().toList();
    Expect.equal(
        new HashSet<>(expected), store.filterIds(all, filter), "what retain keeps by " + filter);
    Expect.equal(
        Optional.of(expected), store.findMatching(filter, messages + 1), "what matches " + filter);
    Expect.equal(
        Optional.of(expected),
        store.findMatching(filter, expected.size()),
        "what matches, at most as many as do");
    if (!expected.isEmpty()) {
      Expect.equal(
          Optional.empty(),
          store.findMatching(filter, expected.size() - 1),
          "what matches, at most one fewer than do");
      Expect.equal(
          Set.of(expected.get(0)),
          store.filterIds(List.of(expected.get(0)), filter),
          "what retain keeps of one that matches");
    }
  }

  @Rule("MS-14")
  @Example
  default void subjectFilterIsLiteralAndAsciiInsensitive() {
    List<String> subjects = Generators.SUBJECTS;
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1, subjects.size(), id -> ArchiveMessage.of(subjects.get((int) id - 1), "text"));
      for (String part : Generators.PARTS) {
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < subjects.size(); i++) {
          String subject =
              archive.asStored(ArchiveMessage.of(subjects.get(i), "text")).content().subject();
          if (MessageFilter.fold(subject).contains(MessageFilter.fold(part))) {
            expected.add(i + 1L);
          }
        }
        MessageFilter filter = MessageFilter.builder().subjectContains(part).build();
        requireMatching(archive.store(), filter, subjects.size(), expected);
      }
    }
  }

  @Rule("MS-14")
  @Example
  default void addressesAreAsciiCaseInsensitive() {
    List<String> addresses = Generators.ADDRESSES;
    List<ArchiveMessage> messages = addresses.stream().map(QueryRules::sentBy).toList();
    try (ArchiveUnderTest archive = archive()) {
      boolean known = archive.asStored(messages.get(0)).metadata().sender().isPresent();
      archive.fill(1, addresses.size(), id -> messages.get((int) id - 1));
      for (String address : addresses) {
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
          if (known && MessageFilter.fold(addresses.get(i)).equals(MessageFilter.fold(address))) {
            expected.add(i + 1L);
          }
        }
        MessageFilter filter = MessageFilter.builder().senders(List.of(address)).build();
        requireMatching(archive.store(), filter, addresses.size(), expected);
      }
      for (String domain : Generators.DOMAINS) {
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
          if (known && MessageFilter.fold(addresses.get(i)).endsWith(MessageFilter.fold(domain))) {
            expected.add(i + 1L);
          }
        }
        MessageFilter filter = MessageFilter.builder().senders(List.of(domain)).build();
        requireMatching(archive.store(), filter, addresses.size(), expected);
      }
    }
  }

  /** Times that differ by a millisecond, and bounds that lie between two. */
  @Rule("MS-14")
  @Example
  default void timesAreComparedExactly() {
    List<Instant> times = new ArrayList<>();
    for (Instant around : List.of(Generators.DAY, Instant.EPOCH, Instant.EPOCH.minusSeconds(90))) {
      for (long millis : new long[] {-60_000, -1_000, -1, 0, 1, 999, 1_000, 60_000}) {
        times.add(around.plusMillis(millis));
      }
    }
    List<ArchiveMessage> messages = times.stream().map(QueryRules::sentAt).toList();
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1, times.size(), id -> messages.get((int) id - 1));
      for (Instant time : times) {
        for (long nanos : new long[] {-300_000, 0, 300_000}) {
          Instant bound = time.plusNanos(nanos);
          for (MessageFilter filter :
              List.of(
                  MessageFilter.builder().from(bound).build(),
                  MessageFilter.builder().before(bound).build())) {
            List<Long> expected =
                LongStream.rangeClosed(1, times.size())
                    .filter(
                        id ->
                            FilterMatcher.matches(
                                filter, archive.asStored(messages.get((int) id - 1))))
                    .boxed()
                    .toList();
            Expect.equal(
                Optional.of(expected),
                archive.store().findMatching(filter, times.size()),
                "what matches " + filter);
          }
        }
      }
    }
  }

  private static ArchiveMessage sentAt(Instant time) {
    return ArchiveMessage.of("", "text")
        .withMetadata(ArchiveMessage.Metadata.NONE.toBuilder().sent(Optional.of(time)).build());
  }

  /** What is unknown of a message excludes nothing, and what excludes may itself exclude. */
  @Rule("MS-14")
  @Example
  default void unknownPartsExcludeNothing() {
    ArchiveMessage.Metadata known =
        ArchiveMessage.Metadata.NONE.toBuilder()
            .sender(Optional.of("ann@example.org"))
            .to(List.of("bob@example.org"))
            .conversation(Optional.of("c"))
            .sent(Optional.of(Generators.DAY))
            .bytes(OptionalLong.of(10))
            .build();
    List<MessageFilter> parts =
        List.of(
            MessageFilter.builder().senders(List.of("ann@example.org")).build(),
            MessageFilter.builder().senders(List.of("@example.org")).build(),
            MessageFilter.builder().recipients(List.of("bob@example.org")).build(),
            MessageFilter.builder().conversations(List.of("c")).build(),
            MessageFilter.builder().from(Generators.DAY).build(),
            MessageFilter.builder().before(Generators.DAY.plusSeconds(1)).build(),
            MessageFilter.builder().minBytes(1).build(),
            MessageFilter.builder().maxBytes(99).build());
    try (ArchiveUnderTest archive = archive()) {
      ArchiveMessage message = ArchiveMessage.of("", "text").withMetadata(known);
      archive.writer().insert(1, message);
      archive.insert(2, "text");
      for (MessageFilter part : parts) {
        boolean matches = FilterMatcher.matches(part, archive.asStored(message));
        MessageFilter without = MessageFilter.builder().excluding(List.of(part)).build();
        requireMatching(archive.store(), without, 2, matches ? List.of(2L) : List.of(1L, 2L));
        MessageFilter twice = MessageFilter.builder().excluding(List.of(without)).build();
        requireMatching(archive.store(), twice, 2, matches ? List.of(1L) : List.of());
      }
      MessageFilter none = MessageFilter.builder().excluding(List.of(MessageFilter.ALL)).build();
      requireMatching(archive.store(), none, 2, List.of());
    }
  }

  private static ArchiveMessage sentBy(String address) {
    return ArchiveMessage.of("", "text")
        .withMetadata(
            ArchiveMessage.Metadata.NONE.toBuilder().sender(Optional.of(address)).build());
  }

  @Rule("MS-14")
  @Property(tries = 20)
  default void scopeEqualsItsFilter(
      @ForAll("messageLists") List<ArchiveMessage> messages, @ForAll("scopes") Scope scope) {
    try (ArchiveUnderTest archive = archive()) {
      for (int i = 0; i < messages.size(); i++) {
        archive.writer().insert(i + 1L, messages.get(i));
      }
      List<Long> scanned =
          ArchiveUnderTest.ids(archive.store().scan(1, scope, 0, ArchiveUnderTest.UNLIMITED));
      Expect.equal(
          Optional.of(scanned),
          archive.store().findMatching(scope.asFilter(), 100),
          "what matches the filter of scope " + scope);
    }
  }

  @Rule("MS-14")
  @Example
  default void manyIdsAreAccepted() {
    int many = 100_000;
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(50);
      List<Long> ids = new ArrayList<>(LongStream.rangeClosed(2, many).boxed().toList());
      ids.add(2L);
      ids.add(Long.MAX_VALUE);
      Set<Long> live = new HashSet<>(LongStream.rangeClosed(2, 50).boxed().toList());
      MessageStore store = archive.store();
      Expect.equal(
          live,
          store.filterIds(ids, MessageFilter.ALL),
          "what retain keeps of " + ids.size() + " ids");
      Expect.equal(
          Set.of(), store.filterIds(List.of(), MessageFilter.ALL), "what retain keeps of no ids");
      archive.settle(1);
      store.unstamp(ids);
      Expect.equal(
          "MS-2",
          live.size(),
          archive.needsWork(1).size(),
          "how many need work after unstamping many");
      store.unstamp(List.of());
      Expect.equal("MS-2", List.of(), store.find(List.of(), 10), "what find gives for no ids");
    }
  }

  @Rule("MS-14")
  @Example
  default void filterAcceptsManyNames() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(3);
      List<String> names = new ArrayList<>(List.of("main"));
      for (int i = 0; i < 2_000; i++) {
        names.add("source " + i);
      }
      MessageFilter filter = MessageFilter.builder().sources(names).build();
      boolean known =
          FilterMatcher.matches(filter, archive.asStored(ArchiveMessage.of("", "text")));
      Expect.equal(
          Optional.of(known ? List.of(1L, 2L, 3L) : List.of()),
          archive.store().findMatching(filter, 3),
          "what matches one of 2,001 sources");
    }
  }
}
