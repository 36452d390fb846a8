package org.example.embed.h2;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.HostTransaction;
import io.msgvault.embed.testkit.JdbcHostTransaction;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.RawWrite;
import java.util.List;
import java.util.Map;

/** Gives the kit an archive in a separate database. */
final class H2MessageStoreFixture implements MessageStoreFixture {
  private final InMemoryDatabase database = new InMemoryDatabase();

  H2MessageStoreFixture() {
    open().close(); // creates the tables
  }

  @Override
  public MessageStore open() {
    return new H2MessageStore(database.dataSource());
  }

  @Override
  public ArchiveWriter writer() {
    return new SqlWriter(database);
  }

  @Override
  public List<RawWrite> rawWrites() {
    return List.of(
        raw("UPDATE messages SET subject = 'another' WHERE id = ?"),
        raw("UPDATE messages SET text = 'another' WHERE id = ?"),
        raw("UPDATE messages SET text = text || '!' WHERE id = ?"),
        raw("UPDATE messages SET html = '' WHERE id = ?"),
        raw("UPDATE messages SET subject = subject, text = text, html = html WHERE id = ?"),
        raw("UPDATE messages SET bytes = 1, sent = CURRENT_TIMESTAMP WHERE id = ?"),
        raw("MERGE INTO messages (id, html) KEY (id) VALUES (?, 'merged')"),
        raw(
            """
            MERGE INTO messages m USING (VALUES ?) v (id) ON m.id = v.id
             WHEN MATCHED THEN UPDATE SET text = m.subject
            """),
        new RawWrite(
            "a stamp brought along",
            id -> {
              database.run("UPDATE messages SET embed_gen = 7 WHERE id = ?", id);
              database.run("UPDATE messages SET text = text || 'b', embed_gen = 7 WHERE id = ?", id);
            }));
  }

  /** Returns the message without the names of people, since the tables have only addresses. */
  @Override
  public ArchiveMessage asStored(ArchiveMessage message) {
    return message.withMetadata(message.metadata().toBuilder().names(Map.of()).build());
  }

  @Override
  public List<RawWrite> rawRemovals() {
    return List.of(
        raw("DELETE FROM messages WHERE id = ?"),
        raw("UPDATE messages SET deleted = TRUE, text = 'gone' WHERE id = ?"),
        raw("UPDATE messages SET id = id + 1000000 WHERE id = ?"),
        raw(
            """
            MERGE INTO messages m USING (VALUES ?) v (id) ON m.id = v.id
             WHEN MATCHED THEN DELETE
            """));
  }

  private RawWrite raw(String statement) {
    return new RawWrite(statement.strip(), id -> database.run(statement, id));
  }

  @Override
  public HostTransaction<MessageStore> beginHostTransaction() {
    return JdbcHostTransaction.begin(database.dataSource(), H2MessageStore::new);
  }

  @Override
  public void close() {
    database.close();
  }
}
