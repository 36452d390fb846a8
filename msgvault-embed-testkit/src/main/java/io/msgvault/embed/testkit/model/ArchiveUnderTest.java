package io.msgvault.embed.testkit.model;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.MessageStoreFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An archive during a test, with the stores that are open on it. */
public final class ArchiveUnderTest implements AutoCloseable {
  public static final Stamp.Outcome EMBEDDED = new Stamp.Embedded();
  public static final Stamp.Outcome BLANK = new Stamp.Blank();
  public static final ScanLimits UNLIMITED = new ScanLimits(1_000_000, 1_000_000_000L, 10_000_000);

  private final MessageStoreFixture fixture;
  private final List<MessageStore> opened = new CopyOnWriteArrayList<>();
  private MessageStore store;

  public ArchiveUnderTest(MessageStoreFixture fixture) {
    this.fixture = fixture;
    store = open();
  }

  public MessageStoreFixture fixture() {
    return fixture;
  }

  public ArchiveWriter writer() {
    return fixture.writer();
  }

  /** Returns what the archive keeps of a message that was written. */
  public ArchiveMessage asStored(ArchiveMessage message) {
    return fixture.asStored(message);
  }

  /** Ends a test that needs more of a message's content than the archive keeps. */
  public void assumeSubjectAndHtml() {
    ArchiveMessage.Content all = new ArchiveMessage.Content("subject", "text", "html");
    ArchiveMessage message = new ArchiveMessage(all, ArchiveMessage.Metadata.NONE);
    if (!asStored(message).content().equals(all)) {
      Expect.skip("the archive keeps no subject, or no HTML");
    }
  }

  /** Ends a test that needs message types where the archive knows none. */
  public void assumeMessageTypes() {
    if (asStored(ArchiveMessage.of("", "text")).metadata().type().isEmpty()) {
      Expect.skip("the archive knows no message types");
    }
  }

  /** A model of the archive as it is before the first write. */
  public ArchiveModel model() {
    return new ArchiveModel(fixture::asStored);
  }

  /** Ends a message's life: softly where the archive can. */
  public void remove(long id) {
    try {
      writer().delete(id);
    } catch (UnsupportedOperationException onlyForGood) {
      writer().purge(id);
    }
  }

  /** The first store. */
  public MessageStore store() {
    return store;
  }

  /** One more store. */
  public MessageStore open() {
    MessageStore another = fixture.open();
    opened.add(another);
    return another;
  }

  /** Closes the first store and puts a new one in its place. */
  public MessageStore reopen() {
    store.close();
    store = open();
    return store;
  }

  /** Inserts a message of plain text. */
  public void insert(long id, String text) {
    writer().insert(id, ArchiveMessage.of("subject " + id, text));
  }

  /** A message of plain text. */
  public static ArchiveMessage plainMessage(long id) {
    return ArchiveMessage.of("subject " + id, "text " + id);
  }

  /** Inserts messages with the ids 1 to {@code count}, many to a transaction. */
  public void fill(int count) {
    fill(1, count, ArchiveUnderTest::plainMessage);
  }

  /** Inserts messages, many to a transaction. */
  public void fill(long first, long last, java.util.function.LongFunction<ArchiveMessage> message) {
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
  public List<Message> scan(long target) {
    return store.scan(target, Scope.ALL, 0, UNLIMITED);
  }

  /** The ids of all messages that need work for a target. */
  public List<Long> needsWork(long target) {
    return ids(scan(target));
  }

  public Coverage coverage(long target) {
    return store.coverage(target, Scope.ALL);
  }

  /** A live message as it is now. */
  public Message find(long id) {
    List<Message> found = store.find(List.of(id), UNLIMITED.bodyCharacters());
    if (found.size() != 1 || found.get(0).id() != id) {
      throw Expect.violationOf("MS-2", "find of the live message " + id + " gives " + ids(found));
    }
    return found.get(0);
  }

  /** Stamps messages as they are now, and expects that none is missed. */
  public void stamp(long target, Stamp.Outcome outcome, long... ids) {
    List<Stamp> stamps = new ArrayList<>();
    for (long id : ids) {
      stamps.add(new Stamp(id, find(id).revision(), outcome));
    }
    Expect.equal(
        "MS-7", java.util.Set.of(), store.stamp(target, stamps), "fresh stamps that are missed");
  }

  /** A page of a scan; ids beyond the given one and ascending, so that paging comes to an end. */
  public static List<Message> page(
      MessageStore store, long target, Scope scope, long after, ScanLimits limits) {
    List<Message> page = store.scan(target, scope, after, limits);
    long last = after;
    for (Message message : page) {
      if (message.id() <= last) {
        throw Expect.violationOf(
            "MS-2", "the scan after " + after + " gives the messages " + ids(page));
      }
      last = message.id();
    }
    return page;
  }

  /** Stamps all that needs work for a target. */
  public void settle(long target) {
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

  public static List<Long> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }

  public static ArchiveMessage.Content content(Message message) {
    return new ArchiveMessage.Content(message.subject(), message.text(), message.html());
  }

  @Override
  public void close() {
    opened.forEach(MessageStore::close);
    fixture.close();
  }
}
