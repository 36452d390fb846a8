package io.msgvault.embed.testkit;

import io.msgvault.embed.Coverage;
import io.msgvault.embed.Message;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.ScanLimits;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An archive during a test, with the stores that are open on it. */
final class OpenArchive implements AutoCloseable {
  static final Stamp.Outcome EMBEDDED = new Stamp.Embedded();
  static final Stamp.Outcome BLANK = new Stamp.Blank();
  static final ScanLimits UNLIMITED = new ScanLimits(1_000_000, 1_000_000_000L, 10_000_000);

  private final MessageStoreFixture fixture;
  private final List<MessageStore> opened = new CopyOnWriteArrayList<>();
  private MessageStore store;

  OpenArchive(MessageStoreFixture fixture) {
    this.fixture = fixture;
    store = open();
  }

  MessageStoreFixture fixture() {
    return fixture;
  }

  ArchiveWriter writer() {
    return fixture.writer();
  }

  /** What the archive knows of a message that was written. */
  ArchiveMessage kept(ArchiveMessage message) {
    return fixture.kept(message);
  }

  /** Ends a test that needs more of a message's content than the archive keeps. */
  void requireEveryPart() {
    ArchiveMessage.Content all = new ArchiveMessage.Content("subject", "text", "html");
    ArchiveMessage message = new ArchiveMessage(all, ArchiveMessage.Metadata.NONE);
    if (!kept(message).content().equals(all)) {
      ConformanceSuite.untestable("the archive keeps no subject, or no HTML");
    }
  }

  /** Ends a test that needs message types where the archive knows none. */
  void requireTypes() {
    if (kept(ArchiveMessage.of("", "text")).metadata().type().isEmpty()) {
      ConformanceSuite.untestable("the archive knows no message types");
    }
  }

  /** A model of the archive as it is before the first write. */
  ArchiveModel model() {
    return new ArchiveModel(fixture::kept);
  }

  /** Ends a message's life: softly where the archive can. */
  void remove(long id) {
    try {
      writer().delete(id);
    } catch (UnsupportedOperationException onlyForGood) {
      writer().purge(id);
    }
  }

  /** The first store. */
  MessageStore store() {
    return store;
  }

  /** One more store. */
  MessageStore open() {
    MessageStore another = fixture.open();
    opened.add(another);
    return another;
  }

  /** Closes the first store and puts a new one in its place. */
  MessageStore reopen() {
    store.close();
    store = open();
    return store;
  }

  /** Inserts a message of plain text. */
  void insert(long id, String text) {
    writer().insert(id, ArchiveMessage.of("subject " + id, text));
  }

  /** Inserts messages with the ids 1 to {@code count}, many to a transaction. */
  void fill(int count) {
    fill(1, count, id -> ArchiveMessage.of("subject " + id, "text " + id));
  }

  /** Inserts messages, many to a transaction. */
  void fill(long first, long last, java.util.function.LongFunction<ArchiveMessage> message) {
    for (long start = first; start <= last; start += 500) {
      long from = start;
      long to = Math.min(last, start + 499);
      Consumer<ArchiveWriter> work =
          writer -> {
            for (long id = from; id <= to; id++) {
              writer.insert(id, message.apply(id));
            }
          };
      writer().atomically(work);
    }
  }

  /** All messages that need work for a target. */
  List<Message> scan(long target) {
    return store.scan(target, Scope.ALL, 0, UNLIMITED);
  }

  /** The ids of all messages that need work for a target. */
  List<Long> needsWork(long target) {
    return ids(scan(target));
  }

  Coverage coverage(long target) {
    return store.coverage(target, Scope.ALL);
  }

  /** A live message as it is now. */
  Message find(long id) {
    List<Message> found = store.find(List.of(id), UNLIMITED.bodyCharacters());
    if (found.size() != 1 || found.get(0).id() != id) {
      throw new BrokenRule("MS-2", "find of the live message " + id + " gives " + ids(found), null);
    }
    return found.get(0);
  }

  /** Stamps messages as they are now, and expects that none is missed. */
  void stamp(long target, Stamp.Outcome outcome, long... ids) {
    List<Stamp> stamps = new ArrayList<>();
    for (long id : ids) {
      stamps.add(new Stamp(id, find(id).revision(), outcome));
    }
    Expect.equal(
        "MS-7", java.util.Set.of(), store.stamp(target, stamps), "fresh stamps that are missed");
  }

  /** A page of a scan; ids beyond the given one and ascending, so that paging comes to an end. */
  static List<Message> page(
      MessageStore store, long target, Scope scope, long after, ScanLimits limits) {
    List<Message> page = store.scan(target, scope, after, limits);
    long last = after;
    for (Message message : page) {
      if (message.id() <= last) {
        throw new BrokenRule(
            "MS-2", "the scan after " + after + " gives the messages " + ids(page), null);
      }
      last = message.id();
    }
    return page;
  }

  /** Stamps all that needs work for a target. */
  void settle(long target) {
    ScanLimits limits = new ScanLimits(500, 1_000_000, 1);
    List<Message> page = page(store, target, Scope.ALL, 0, limits);
    while (!page.isEmpty()) {
      store.stamp(
          target,
          page.stream()
              .map(message -> new Stamp(message.id(), message.revision(), EMBEDDED))
              .toList());
      long after = page.get(page.size() - 1).id();
      page = page(store, target, Scope.ALL, after, limits);
    }
  }

  static List<Long> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }

  static ArchiveMessage.Content content(Message message) {
    return new ArchiveMessage.Content(message.subject(), message.text(), message.html());
  }

  @Override
  public void close() {
    opened.forEach(MessageStore::close);
    fixture.close();
  }
}
