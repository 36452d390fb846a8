package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveMessage.Content;
import io.msgvault.embed.memory.ArchiveMessage.Metadata;
import io.msgvault.embed.memory.ArchiveWriter;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** An archive in memory that keeps the plain text of a message and hardly anything else. */
class MinimalArchiveFixture extends InMemoryArchiveFixture {
  static final Set<Capability> UNSUPPORTED =
      Set.of(Capability.OTHER_PROCESSES, Capability.SOFT_DELETION);

  @Override
  public ArchiveMessage asStored(ArchiveMessage message) {
    return new ArchiveMessage(new Content("", message.content().text(), ""), Metadata.of("", ""));
  }

  @Override
  public ArchiveWriter writer() {
    return new MinimalWriter(archive);
  }

  @Override
  public ArchiveWriter unseenWriter() {
    return new MinimalWriter(super.unseenWriter());
  }

  @Override
  public List<RawWrite> rawWrites() {
    return List.of(
        new RawWrite(
            "another text",
            id ->
                archive.edit(
                    id,
                    new Content(
                        "", archive.message(id).orElseThrow().content().text() + "!", ""))));
  }

  @Override
  public List<RawWrite> rawRemovals() {
    return List.of(new RawWrite("purged", archive::purge));
  }

  /** Writes the parts that are kept. */
  private final class MinimalWriter extends ForwardingArchiveWriter {
    MinimalWriter(ArchiveWriter writer) {
      super(writer);
    }

    @Override
    public void insert(long id, ArchiveMessage message) {
      super.insert(id, asStored(message));
    }

    @Override
    public void edit(long id, Content content) {
      super.edit(id, asStored(new ArchiveMessage(content, Metadata.NONE)).content());
    }

    @Override
    public void updateMetadata(long id, Metadata metadata) {
      super.updateMetadata(
          id, asStored(new ArchiveMessage(new Content("", "", ""), metadata)).metadata());
    }

    @Override
    public void delete(long id) {
      throw new UnsupportedOperationException("this archive deletes for good only");
    }

    @Override
    public void restore(long id) {
      throw new UnsupportedOperationException("this archive deletes for good only");
    }

    @Override
    public void atomically(Consumer<ArchiveWriter> work) {
      super.atomically(writing -> work.accept(new MinimalWriter(writing)));
    }
  }
}
