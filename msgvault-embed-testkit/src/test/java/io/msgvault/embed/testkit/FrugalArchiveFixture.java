package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.ArchiveMessage.Content;
import io.msgvault.embed.testkit.ArchiveMessage.Metadata;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** An archive in memory that keeps the plain text of a message and hardly anything else. */
class FrugalArchiveFixture extends InMemoryArchiveFixture {
  static final Set<Capability> LACKING =
      Set.of(Capability.OTHER_PROCESSES, Capability.SOFT_DELETION);

  @Override
  public ArchiveMessage kept(ArchiveMessage message) {
    return new ArchiveMessage(new Content("", message.content().text(), ""), Metadata.of("", ""));
  }

  @Override
  public ArchiveWriter writer() {
    return new FrugalWriter(archive);
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

  /** Writes what is kept. */
  private final class FrugalWriter extends ForwardingArchiveWriter {
    FrugalWriter(ArchiveWriter writer) {
      super(writer);
    }

    @Override
    public void insert(long id, ArchiveMessage message) {
      super.insert(id, kept(message));
    }

    @Override
    public void edit(long id, Content content) {
      super.edit(id, kept(new ArchiveMessage(content, Metadata.NONE)).content());
    }

    @Override
    public void describe(long id, Metadata metadata) {
      super.describe(id, kept(new ArchiveMessage(new Content("", "", ""), metadata)).metadata());
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
      super.atomically(writing -> work.accept(new FrugalWriter(writing)));
    }
  }
}
