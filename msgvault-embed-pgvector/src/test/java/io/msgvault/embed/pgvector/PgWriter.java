package io.msgvault.embed.pgvector;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;

/** Writes to an archive by plain statements, as a host does. */
final class PgWriter implements ArchiveWriter {
  private final Jdbi jdbi;
  private final String schema;
  private final TestMapping tables;
  private final String settings;

  PgWriter(Jdbi jdbi, String schema, TestMapping tables) {
    this(jdbi, schema, tables, "");
  }

  /** Creates a writer whose transactions have settings of their own. */
  PgWriter(Jdbi jdbi, String schema, TestMapping tables, String settings) {
    this.jdbi = jdbi;
    this.schema = schema;
    this.tables = tables;
    this.settings = settings;
  }

  @Override
  public void insert(long id, ArchiveMessage message) {
    atomically(writer -> writer.insert(id, message));
  }

  @Override
  public void edit(long id, ArchiveMessage.Content content) {
    atomically(writer -> writer.edit(id, content));
  }

  @Override
  public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
    atomically(writer -> writer.updateMetadata(id, metadata));
  }

  @Override
  public void delete(long id) {
    atomically(writer -> writer.delete(id));
  }

  @Override
  public void restore(long id) {
    atomically(writer -> writer.restore(id));
  }

  @Override
  public void purge(long id) {
    atomically(writer -> writer.purge(id));
  }

  @Override
  public void atomically(Consumer<ArchiveWriter> work) {
    jdbi.useTransaction(
        handle -> {
          handle.execute("SET LOCAL search_path = " + schema + "; " + settings);
          work.accept(tables.writer(handle));
        });
  }
}
