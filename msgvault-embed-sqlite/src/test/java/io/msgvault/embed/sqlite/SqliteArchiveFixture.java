package io.msgvault.embed.sqlite;

import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.RawWrite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** An archive in a file of its own, written by a client that knows only SQL. */
class SqliteArchiveFixture implements MessageStoreFixture {
  private final TempFolder folder = TempFolder.create();
  private final Path file = folder.file("archive.db");
  private final AtomicLong steps = new AtomicLong();
  private final SqlClient sql;
  private final RawArchiveWriter writer;

  /**
   * An archive.
   *
   * @param pragmas what the writing client has set
   */
  SqliteArchiveFixture(String... pragmas) {
    SqliteArchive.install(file).close();
    sql = new SqlClient(file);
    for (String pragma : pragmas) {
      sql.run(pragma);
    }
    writer = new RawArchiveWriter(sql);
  }

  @Override
  public MessageStore open() {
    return new SqliteMessageStore(
        Database.install(new StepCountingConnections(file, steps), Schema.ARCHIVE), Schema.ARCHIVE);
  }

  @Override
  public ArchiveWriter writer() {
    return writer;
  }

  @Override
  public List<RawWrite> rawWrites() {
    List<RawWrite> writes = new ArrayList<>();
    for (String column : List.of("text", "html")) {
      for (String value : List.of("'another'", "''", "NULL", "5", "x'00c3bf'", column)) {
        writes.add(
            write("UPDATE message_bodies SET " + column + " = " + value + " WHERE message_id = ?"));
      }
    }
    for (String value : List.of("'another'", "''", "NULL", "subject || char(0)", "subject")) {
      writes.add(write("UPDATE messages SET subject = " + value + " WHERE id = ?"));
    }
    writes.add(write("UPDATE OR REPLACE message_bodies SET text = 'new' WHERE rowid = ?"));
    writes.add(write("DELETE FROM message_bodies WHERE message_id = ?"));
    for (String insert : List.of("INSERT OR IGNORE", "INSERT OR REPLACE", "REPLACE")) {
      for (String values : List.of("'new', 'new'", "'', ''", "NULL, NULL")) {
        writes.add(write(insert + " INTO message_bodies SELECT ?, " + values));
      }
    }
    writes.add(
        write(
            """
            INSERT INTO message_bodies SELECT ?, 'new', 'new' WHERE true
            ON CONFLICT DO UPDATE SET html = excluded.html
            """));
    writes.add(
        write("INSERT INTO message_bodies SELECT ?, 'new', '' WHERE true ON CONFLICT DO NOTHING"));
    writes.add(
        write(
            """
            INSERT INTO message_bodies SELECT message_id, text, html FROM message_bodies
             WHERE message_id = ?
            ON CONFLICT DO UPDATE SET text = excluded.text, html = excluded.html
            """));
    writes.add(write("UPDATE messages SET flags = 'seen', sent_at = 1 WHERE id = ?"));
    writes.add(
        raw(
            "replace the message",
            id -> {
              sql.run("DELETE FROM message_bodies WHERE message_id = ?", id);
              sql.run(
                  """
                  INSERT OR REPLACE INTO messages
                    (id, source_id, message_type, subject)
                  SELECT id, source_id, message_type, subject || '!'
                    FROM messages WHERE id = ?
                  """,
                  id);
            }));
    return writes;
  }

  @Override
  public List<RawWrite> rawMoves() {
    return List.of(
        raw(
            "deletion and UPDATE of the key",
            id -> {
              sql.run("DELETE FROM message_bodies WHERE message_id = ?", id + 1);
              sql.run(
                  "UPDATE message_bodies SET message_id = message_id + 1 WHERE message_id = ?", id);
            }),
        write(
            "UPDATE OR REPLACE message_bodies SET message_id = message_id + 1 WHERE message_id = ?"));
  }

  @Override
  public List<RawWrite> rawRemovals() {
    return List.of(
        write("UPDATE messages SET deleted_at = 5 WHERE id = ?"),
        write("UPDATE messages SET subject = 'deleted', deleted_at = 0 WHERE id = ?"),
        write(
            """
            INSERT INTO messages (id, source_id) SELECT id, source_id FROM messages WHERE id = ?
            ON CONFLICT DO UPDATE SET deleted_at = 5
            """),
        raw(
            "DELETE",
            id -> {
              sql.run("DELETE FROM message_bodies WHERE message_id = ?", id);
              sql.run("DELETE FROM messages WHERE id = ?", id);
            }),
        raw(
            "UPDATE of the id",
            id -> {
              sql.run("DELETE FROM message_bodies WHERE message_id = ?", id);
              sql.run("UPDATE messages SET id = id + 1000000 WHERE id = ?", id);
            }),
        raw(
            "REPLACE by a message with the same external id",
            id -> {
              sql.run("DELETE FROM message_bodies WHERE message_id = ?", id);
              sql.run("UPDATE messages SET external_id = 'x' WHERE id = ?", id);
              sql.run(
                  """
                  REPLACE INTO messages (id, source_id, external_id)
                  SELECT id + 1000000, source_id, external_id FROM messages WHERE id = ?
                  """,
                  id);
            }));
  }

  /** A write by one statement with the id as its parameter. */
  final RawWrite write(String statement) {
    return raw(statement, id -> sql.run(statement, id));
  }

  private RawWrite raw(String name, LongConsumer write) {
    return new RawWrite(
        name,
        id -> {
          synchronized (writer) {
            sql.run("SAVEPOINT raw");
            write.accept(id);
            sql.run("RELEASE raw");
          }
        });
  }

  @Override
  public ArchiveWriter unseenWriter() {
    return new UnseenWriter(writer);
  }

  @Override
  public long workDone() {
    return steps.get();
  }

  @Override
  public OtherProcess otherProcess() {
    return new OtherProcess(Opener.class, file.toString());
  }

  @Override
  public void close() {
    writer.close();
    folder.close();
  }

  /** Opens the stores in another process. */
  public static final class Opener implements OtherProcess.StorageOpener {
    /** For the kit. */
    public Opener() {}

    @Override
    public MessageStore messages(String location) {
      return SqliteMessageStore.open(Path.of(location));
    }

    @Override
    public LegacyIndex legacyIndex(String location, Migration migration) {
      return SqliteMessageStore.open(Path.of(location)).legacyIndex(migration);
    }

    @Override
    public ArchiveWriter writer(String location) {
      return new RawArchiveWriter(new SqlClient(Path.of(location)));
    }
  }
}
