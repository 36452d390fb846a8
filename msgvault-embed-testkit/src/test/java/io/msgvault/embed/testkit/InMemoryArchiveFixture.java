package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.store.MessageStore;
import java.util.List;
import java.util.function.UnaryOperator;

/** An archive in memory, as the kit sees it. */
class InMemoryArchiveFixture implements MessageStoreFixture {
  final InMemoryArchive archive = new InMemoryArchive();

  @Override
  public MessageStore open() {
    return new InMemoryMessageStore(archive);
  }

  @Override
  public ArchiveWriter writer() {
    return archive;
  }

  @Override
  public List<RawWrite> rawWrites() {
    return List.of(
        new RawWrite(
            "another subject",
            id ->
                change(id, c -> new ArchiveMessage.Content(c.subject() + "!", c.text(), c.html()))),
        new RawWrite(
            "another HTML",
            id ->
                change(id, c -> new ArchiveMessage.Content(c.subject(), c.text(), c.html() + "!"))),
        new RawWrite("the same content", id -> change(id, c -> c)),
        new RawWrite(
            "purged and inserted again",
            id -> {
              ArchiveMessage message = archive.message(id).orElseThrow();
              archive.atomically(
                  writer -> {
                    writer.purge(id);
                    writer.insert(
                        id,
                        message.withContent(
                            new ArchiveMessage.Content(message.content().subject() + "!", "", "")));
                  });
            }));
  }

  @Override
  public List<RawWrite> rawMoves() {
    return List.of(
        new RawWrite(
            "the body of the next",
            id ->
                archive.atomically(
                    writer -> {
                      String moved = archive.message(id).orElseThrow().content().text();
                      writer.edit(id, new ArchiveMessage.Content("subject " + id, "", ""));
                      writer.edit(
                          id + 1, new ArchiveMessage.Content("subject " + (id + 1), moved, ""));
                    })));
  }

  @Override
  public List<RawWrite> rawRemovals() {
    return List.of(
        new RawWrite("purged", archive::purge),
        new RawWrite("deleted", archive::delete),
        new RawWrite(
            "another id",
            id ->
                archive.atomically(
                    writer -> {
                      ArchiveMessage message = archive.message(id).orElseThrow();
                      writer.purge(id);
                      writer.insert(id + 1_000_000, message);
                    })));
  }

  @Override
  public ArchiveWriter unseenWriter() {
    return archive.unseenWriter();
  }

  @Override
  public HostTransaction<MessageStore> beginHostTransaction() {
    return InMemoryHostTransaction.refusing(calls -> calls.wrap(open()));
  }

  private void change(long id, UnaryOperator<ArchiveMessage.Content> change) {
    archive.edit(id, change.apply(archive.message(id).orElseThrow().content()));
  }

  @Override
  public long workDone() {
    return archive.rowsRead();
  }

  @Override
  public void close() {}
}
