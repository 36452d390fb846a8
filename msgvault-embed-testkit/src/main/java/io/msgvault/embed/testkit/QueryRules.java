package io.msgvault.embed.testkit;

import io.msgvault.embed.Coverage;
import io.msgvault.embed.MessageFilter;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What the store says of many messages at once. */
abstract class QueryRules extends StampRules {
  QueryRules() {}

  // MS-11

  /**
   * Each transaction and each stamp keeps the figures what they are, so any other figure mixes two
   * moments.
   */
  @Rule("MS-11")
  @Needs(Capability.SOFT_DELETION)
  @Example
  void coverageIsOfOneMomentWhileOthersWrite() {
    int rounds = Effort.chosen().of(100);
    int messages = 20;
    try (OpenArchive archive = archive()) {
      archive.fill(messages);
      archive.writer().delete(1);
      MessageStore stamping = archive.open();
      MessageStore reading = archive.open();
      List<Stamp> embedded = stamps(archive, OpenArchive.EMBEDDED);
      List<Stamp> blank = stamps(archive, OpenArchive.BLANK);
      archive.store().stamp(1, embedded);
      Pace pace = new Pace(rounds, 2);
      Expect.Code swap =
          () -> {
            for (int i = 0; pace.goesOn(i); i++) {
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
      Expect.Code stamp =
          () -> {
            for (int i = 0; pace.goesOn(i); i++) {
              stamping.stamp(1, i % 2 == 0 ? blank : embedded);
            }
          };
      Expect.Code look =
          () -> {
            while (pace.looksOn()) {
              Coverage coverage = reading.coverage(1, Scope.ALL);
              Expect.equal(
                  "MS-11", messages - 1L, coverage.live(), "the live messages in " + coverage);
              long fewer = Math.min(coverage.embedded(), coverage.blank());
              Expect.that(
                  "MS-11",
                  fewer == 0 && coverage.missing() == 1,
                  () -> "no moment had " + coverage);
            }
          };
      Race.runAll("MS-11", List.of(swap, stamp, look));
    }
  }

  /** All that vanish are settled, so what is missing stays the same. */
  @Rule("MS-11")
  @Example
  void coverageIsOfOneMomentWhileMessagesVanish() {
    int messages = Effort.chosen().of(400);
    try (OpenArchive archive = archive()) {
      archive.fill(messages);
      archive.settle(1);
      archive.insert(messages + 1L, "to do");
      MessageStore reading = archive.open();
      Pace pace = new Pace(messages, 1);
      Expect.Code vanish =
          () -> {
            for (int i = 0; pace.goesOn(i); i++) {
              if (i < messages) {
                archive.remove(i + 1L);
              }
            }
          };
      Expect.Code look =
          () -> {
            while (pace.looksOn()) {
              Coverage coverage = reading.coverage(1, Scope.ALL);
              Expect.that(
                  "MS-11",
                  coverage.missing() == 1 && coverage.live() == coverage.embedded() + 1,
                  () -> "no moment had " + coverage);
            }
          };
      Race.runAll("MS-11", List.of(vanish, look));
    }
  }

  private static List<Stamp> stamps(OpenArchive archive, Stamp.Outcome outcome) {
    return archive.scan(1).stream()
        .filter(message -> message.id() > 2)
        .map(message -> new Stamp(message.id(), message.revision(), outcome))
        .toList();
  }

  @Rule("MS-11")
  @Property(tries = 40)
  void coverageAddsUpInEveryScope(
      @ForAll("someMessages") List<ArchiveMessage> messages, @ForAll("scopes") Scope scope) {
    try (OpenArchive archive = archive()) {
      long[] counts = new long[5];
      for (int i = 0; i < messages.size(); i++) {
        long id = i + 1L;
        archive.writer().insert(id, messages.get(i));
        if (i % 5 < OUTCOMES.size()) {
          archive.stamp(1, OUTCOMES.get(i % 5), id);
        } else if (i % 5 == 4) {
          archive.remove(id);
        }
        if (Filters.covers(scope, archive.kept(messages.get(i)).metadata())) {
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
      Expect.equal(
          "MS-11", expected, archive.store().coverage(1, scope), "the coverage in scope " + scope);
      Coverage untouched = new Coverage(expected.live(), 0, 0, 0, expected.live());
      Expect.equal(
          "MS-11",
          untouched,
          archive.store().coverage(999, scope),
          "the coverage of a generation without stamps");
    }
  }

  // MS-14

  @Rule("MS-14")
  @Property(tries = 80)
  void matchAndRetainKeepToTheFilter(
      @ForAll("describedMessages") List<ArchiveMessage> messages,
      @ForAll("filters") List<MessageFilter> filters) {
    try (OpenArchive archive = archive()) {
      archive.fill(1, messages.size(), id -> messages.get((int) id - 1));
      for (int i = 5; i < messages.size(); i += 6) {
        archive.remove(i + 1L);
      }
      for (MessageFilter filter : filters) {
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
          if (i % 6 != 5 && Filters.matches(filter, archive.kept(messages.get(i)))) {
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
        "MS-14",
        new HashSet<>(expected),
        store.retain(all, filter),
        "what retain keeps by " + filter);
    Expect.equal(
        "MS-14",
        Optional.of(expected),
        store.match(filter, messages + 1),
        "what matches " + filter);
    Expect.equal(
        "MS-14",
        Optional.of(expected),
        store.match(filter, expected.size()),
        "what matches, at most as many as do");
    if (!expected.isEmpty()) {
      Expect.equal(
          "MS-14",
          Optional.empty(),
          store.match(filter, expected.size() - 1),
          "what matches, at most one fewer than do");
      Expect.equal(
          "MS-14",
          Set.of(expected.get(0)),
          store.retain(List.of(expected.get(0)), filter),
          "what retain keeps of one that matches");
    }
  }

  @Rule("MS-14")
  @Example
  void partOfASubjectIsTakenLiterallyAndFoldsAsciiOnly() {
    List<String> subjects = Given.SUBJECTS;
    try (OpenArchive archive = archive()) {
      archive.fill(1, subjects.size(), id -> ArchiveMessage.of(subjects.get((int) id - 1), "text"));
      for (String part : Given.PARTS) {
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < subjects.size(); i++) {
          String subject =
              archive.kept(ArchiveMessage.of(subjects.get(i), "text")).content().subject();
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
  void addressesFoldAsciiOnly() {
    List<String> addresses = Given.ADDRESSES;
    List<ArchiveMessage> messages = addresses.stream().map(QueryRules::sentBy).toList();
    try (OpenArchive archive = archive()) {
      boolean known = archive.kept(messages.get(0)).metadata().sender().isPresent();
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
    }
  }

  private static ArchiveMessage sentBy(String address) {
    return ArchiveMessage.of("", "text")
        .withMetadata(ArchiveMessage.Metadata.NONE.withSender(address));
  }

  @Rule("MS-14")
  @Property(tries = 20)
  void scopeAndItsFilterAgree(
      @ForAll("someMessages") List<ArchiveMessage> messages, @ForAll("scopes") Scope scope) {
    try (OpenArchive archive = archive()) {
      for (int i = 0; i < messages.size(); i++) {
        archive.writer().insert(i + 1L, messages.get(i));
      }
      List<Long> scanned =
          OpenArchive.ids(archive.store().scan(1, scope, 0, OpenArchive.UNLIMITED));
      Expect.equal(
          "MS-14",
          Optional.of(scanned),
          archive.store().match(scope.asFilter(), 100),
          "what matches the filter of scope " + scope);
    }
  }

  @Rule("MS-14")
  @Example
  void anyNumberOfIdsMayBeGiven() {
    int many = 100_000;
    try (OpenArchive archive = archive()) {
      archive.fill(50);
      List<Long> ids = new ArrayList<>(LongStream.rangeClosed(2, many).boxed().toList());
      ids.add(2L);
      ids.add(Long.MAX_VALUE);
      Set<Long> live = new HashSet<>(LongStream.rangeClosed(2, 50).boxed().toList());
      MessageStore store = archive.store();
      Expect.equal(
          "MS-14",
          live,
          store.retain(ids, MessageFilter.ALL),
          "what retain keeps of " + ids.size() + " ids");
      Expect.equal(
          "MS-14",
          Set.of(),
          store.retain(List.of(), MessageFilter.ALL),
          "what retain keeps of no ids");
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
  void filterWithManyNamesWorks() {
    try (OpenArchive archive = archive()) {
      archive.fill(3);
      List<String> names = new ArrayList<>(List.of("main"));
      for (int i = 0; i < 2_000; i++) {
        names.add("source " + i);
      }
      MessageFilter filter = MessageFilter.builder().sources(names).build();
      boolean known = Filters.matches(filter, archive.kept(ArchiveMessage.of("", "text")));
      Expect.equal(
          "MS-14",
          Optional.of(known ? List.of(1L, 2L, 3L) : List.of()),
          archive.store().match(filter, 3),
          "what matches one of 2,001 sources");
    }
  }
}
