package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import java.util.function.Consumer;

/** A writer that passes each call to another writer; override a method to change it. */
class ForwardingArchiveWriter implements ArchiveWriter {
  final ArchiveWriter writer;

  ForwardingArchiveWriter(ArchiveWriter writer) {
    this.writer = writer;
  }

  @Override
  public void insert(long id, ArchiveMessage message) {
    writer.insert(id, message);
  }

  @Override
  public void edit(long id, ArchiveMessage.Content content) {
    writer.edit(id, content);
  }

  @Override
  public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
    writer.updateMetadata(id, metadata);
  }

  @Override
  public void delete(long id) {
    writer.delete(id);
  }

  @Override
  public void restore(long id) {
    writer.restore(id);
  }

  @Override
  public void purge(long id) {
    writer.purge(id);
  }

  @Override
  public void atomically(Consumer<ArchiveWriter> work) {
    writer.atomically(work);
  }
}
