package io.msgvault.embed.opensearch;

import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreFixture;
import java.util.Set;

/** An archive in memory, which other suites hold to its rules. */
final class MailArchiveFixture implements MessageStoreFixture {
  static final Set<Capability> UNSUPPORTED =
      Set.of(Capability.RAW_WRITES, Capability.OTHER_PROCESSES, Capability.HOST_TRANSACTIONS);

  private final InMemoryArchive archive = new InMemoryArchive();

  @Override
  public MessageStore open() {
    return new InMemoryMessageStore(archive);
  }

  @Override
  public ArchiveWriter writer() {
    return archive;
  }

  @Override
  public ArchiveWriter unseenWriter() {
    return archive.unseenWriter();
  }

  @Override
  public long workDone() {
    return archive.rowsRead();
  }

  @Override
  public void close() {}
}
