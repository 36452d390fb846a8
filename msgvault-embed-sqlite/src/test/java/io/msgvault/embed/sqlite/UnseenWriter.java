package io.msgvault.embed.sqlite;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes past the triggers: drops them before each write, and creates them again in the same
 * transaction.
 */
record UnseenWriter(SqlWriter writer) implements ArchiveWriter {
  @Override
  public void insert(long id, ArchiveMessage message) {
    atomically(unseen -> unseen.insert(id, message));
  }

  @Override
  public void edit(long id, ArchiveMessage.Content content) {
    atomically(unseen -> unseen.edit(id, content));
  }

  @Override
  public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
    atomically(unseen -> unseen.updateMetadata(id, metadata));
  }

  @Override
  public void delete(long id) {
    atomically(unseen -> unseen.delete(id));
  }

  @Override
  public void restore(long id) {
    atomically(unseen -> unseen.restore(id));
  }

  @Override
  public void purge(long id) {
    atomically(unseen -> unseen.purge(id));
  }

  @Override
  public void atomically(Consumer<ArchiveWriter> work) {
    writer.atomically(
        unseen -> {
          List<List<Object>> triggers =
              writer.sql.rows(
                  """
                  SELECT name, sql FROM sqlite_schema
                   WHERE type = 'trigger' AND name LIKE 'embed\\_%' ESCAPE '\\'
                  """);
          triggers.forEach(trigger -> writer.sql.run("DROP TRIGGER " + trigger.get(0)));
          work.accept(unseen);
          triggers.forEach(trigger -> writer.sql.run(String.valueOf(trigger.get(1))));
        });
  }
}
