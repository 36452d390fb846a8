package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.OUTCOMES;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.DetailsReader;
import io.msgvault.embed.memory.FilterMatcher;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.Generators;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Holds a message store to what it says of messages without reading their texts. */
public interface ListingRules extends MessageStoreContext {
  // MS-28

  @Rule("MS-28")
  @Property(tries = 60)
  default void revisionsAreListedInPages(
      @ForAll("messageLists") List<ArchiveMessage> messages,
      @ForAll Set<@LongRange(min = 1, max = 12) Long> settled,
      @ForAll("scopes") Scope scope,
      @ForAll @IntRange(min = 1, max = 5) int limit) {
    try (ArchiveUnderTest archive = archive()) {
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < messages.size(); i++) {
        long id = i + 1L;
        archive.writer().insert(id, messages.get(i));
        if (i % 5 == 4) {
          archive.remove(id);
          continue;
        }
        if (FilterMatcher.covers(scope, archive.asStored(messages.get(i)).metadata())) {
          live.add(id);
        }
        if (settled.contains(id)) {
          archive.stamp(id % 2 + 1, OUTCOMES.get(i % OUTCOMES.size()), id);
        }
      }
      MessageStore store = archive.open();
      for (long generation = 1; generation <= 3; generation++) {
        long target = generation;
        List<MessageRevision> scanned =
            store.scan(target, scope, 0, ArchiveUnderTest.UNLIMITED).stream()
                .map(message -> new MessageRevision(message.id(), message.revision()))
                .toList();
        Expect.equal(
            scanned,
            inPages(limit, after -> store.needingWork(target, scope, after, limit)),
            "what needingWork lists for " + target + " in scope " + scope);
      }
      Expect.equal(
          revisions(store.find(live, 1)),
          inPages(limit, after -> store.live(scope, after, limit)),
          "the live messages in scope " + scope);
    }
  }

  private static List<MessageRevision> revisions(List<Message> messages) {
    return messages.stream()
        .map(message -> new MessageRevision(message.id(), message.revision()))
        .toList();
  }

  /** Reads all pages; each but the last must be full, and each begins after the one before. */
  private static List<MessageRevision> inPages(
      int limit, LongFunction<List<MessageRevision>> read) {
    List<MessageRevision> all = new ArrayList<>();
    long after = 0;
    List<MessageRevision> page;
    do {
      page = read.apply(after);
      for (MessageRevision listed : page) {
        long last = after;
        Expect.that(
            listed.messageId() > last, () -> "a page that begins after " + last + " has " + listed);
        after = listed.messageId();
      }
      all.addAll(page);
      int size = page.size();
      Expect.that(size <= limit, () -> "a page of " + limit + " has " + size);
    } while (page.size() == limit);
    Expect.equal(List.of(), read.apply(after), "the page after the last");
    return all;
  }

  // MS-29

  @Rule("MS-29")
  @Property(tries = 60)
  default void detailsMatchArchive(@ForAll("messagesWithMetadata") List<ArchiveMessage> messages) {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1, messages.size(), id -> messages.get((int) id - 1));
      List<Long> all =
          new ArrayList<>(LongStream.rangeClosed(0, messages.size() + 3L).boxed().toList());
      Map<Long, MessageDetails> expected = new TreeMap<>();
      for (int i = 0; i < messages.size(); i++) {
        expected.put(i + 1L, details(archive, i + 1L, messages.get(i)));
      }
      requireDetails(List.copyOf(expected.values()), archive.store().details(all));
      for (int i = 0; i < messages.size(); i++) {
        long id = i + 1L;
        ArchiveMessage message = messages.get(i);
        if (i % 6 == 5) {
          archive.remove(id);
          expected.remove(id);
        } else if (i % 4 == 3) {
          message = message.withMetadata(messages.get(i - 1).metadata());
          archive.writer().updateMetadata(id, message.metadata());
          expected.put(id, details(archive, id, message));
        }
      }
      MessageStore store = archive.store();
      requireDetails(List.copyOf(expected.values()), store.details(all));
      Collections.reverse(all);
      all.addAll(List.copyOf(all));
      requireDetails(List.copyOf(expected.values()), store.details(all));
      expected.forEach(
          (id, details) -> requireDetails(List.of(details), store.details(List.of(id))));
    }
  }

  private static MessageDetails details(ArchiveUnderTest archive, long id, ArchiveMessage message) {
    return DetailsReader.read(id, archive.asStored(message).metadata());
  }

  /** An archive may store an address in another case, so case is not compared. */
  private void requireDetails(List<MessageDetails> expected, List<MessageDetails> actual) {
    Expect.equal(
        expected.stream().map(this::comparable).toList(),
        actual.stream().map(this::comparable).toList(),
        "the details of messages");
  }

  private MessageDetails comparable(MessageDetails details) {
    List<String> people = new ArrayList<>(Generators.folded(details.people()));
    List<String> attachments = new ArrayList<>(details.attachments());
    if (!supports(Capability.ORDERED_DETAILS)) {
      Collections.sort(people);
      Collections.sort(attachments);
    }
    return new MessageDetails(
        details.messageId(), people, attachments, details.sentAt(), details.conversation());
  }

  @Rule("MS-29")
  @Example
  default void detailsNameWhatIsKnown() {
    ArchiveMessage.Metadata metadata =
        ArchiveMessage.Metadata.NONE.toBuilder()
            .sender(Optional.of("zoe@example.org"))
            .to(List.of("yan@example.org", "", "adam@example.org"))
            .cc(List.of("cara@example.org"))
            .bcc(List.of("bert@example.org"))
            .names(Map.of("yan@example.org", "Yan Li", "", "Nameless Person"))
            .attachments(List.of("b.pdf", "", "a.pdf", "b.pdf"))
            .build();
    try (ArchiveUnderTest archive = archive()) {
      ArchiveMessage message = ArchiveMessage.of("", "text").withMetadata(metadata);
      archive.writer().insert(1, message);
      archive.insert(2, "text");
      archive.writer().insert(3, message);
      archive.remove(3);
      requireDetails(
          LongStream.of(1, 2)
              .mapToObj(
                  id ->
                      DetailsReader.read(
                          id,
                          id == 1
                              ? archive.asStored(message).metadata()
                              : ArchiveMessage.Metadata.NONE))
              .toList(),
          archive.store().details(List.of(3L, 2L, 1L, 4L)));
    }
  }

  @Rule("MS-29")
  @Example
  default void detailsOfManyIdsAreRead() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(50);
      List<Long> ids = new ArrayList<>(LongStream.rangeClosed(2, 100_000).boxed().toList());
      ids.add(Long.MAX_VALUE);
      Expect.equal(
          LongStream.rangeClosed(2, 50).boxed().toList(),
          archive.store().details(ids).stream().map(MessageDetails::messageId).toList(),
          "the messages with details among " + ids.size() + " ids");
      Expect.equal(List.of(), archive.store().details(new HashSet<>()), "the details of no ids");
    }
  }
}
