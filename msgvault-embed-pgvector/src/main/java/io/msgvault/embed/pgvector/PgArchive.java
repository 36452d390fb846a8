package io.msgvault.embed.pgvector;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Installs the bundled schema of an archive, and writes to it. Each method is one durable
 * transaction. A {@link PgMessageStore} on the same schema finds what needs work, and so does it
 * when any other client writes to the tables: triggers see to that, with the rights of who
 * installed them, so that a host's role needs no right beyond those to the tables it writes.
 *
 * <p>Texts must not contain U+0000 nor half a surrogate pair, which PostgreSQL can't hold: {@link
 * IllegalArgumentException}.
 *
 * <p>Safe for use by many threads, and by several instances and processes. A method that throws has
 * changed nothing; any may throw {@link io.msgvault.embed.StoreException}.
 */
public final class PgArchive {
  private final Database database;

  private PgArchive(Database database) {
    this.database = database;
  }

  /**
   * Opens the archive in a schema; the schema and its tables are created or upgraded where need be,
   * and else nothing is written. The role needs to own the schema, or {@code CREATE} on the
   * database.
   *
   * @param dataSource gives the connections; it stays the caller's
   * @param schema the name of the schema, with capitals as they are
   * @throws io.msgvault.embed.StoreException if a later version of this library installed it, or
   *     the database can't be reached
   */
  public static PgArchive install(DataSource dataSource, String schema) {
    Database database = new Database(dataSource, schema);
    Schema.ARCHIVE.install(database);
    return new PgArchive(database);
  }

  /** The archive's identity, made when its schema was installed. */
  public UUID archiveId() {
    return database.read(PgArchive::archiveId);
  }

  static UUID archiveId(Database.Session session) {
    return session.query("SELECT archive_id FROM $schema.embed_archive").mapTo(UUID.class).one();
  }

  /** Stores a message, unless its source has one with its external id. */
  public Stored store(NewMessage message) {
    return storeAll(List.of(message)).get(0);
  }

  /**
   * As {@link #store} for many, in one transaction, which is how an import gets fast.
   *
   * @return what became of each, in their order
   */
  public List<Stored> storeAll(List<NewMessage> messages) {
    return database.write(
        session -> {
          ArchiveTables tables = new ArchiveTables(session);
          List<Stored> stored = new ArrayList<>(messages.size());
          for (NewMessage message : messages) {
            stored.add(tables.store(message));
          }
          return stored;
        });
  }

  /**
   * Replaces a message's subject, text and HTML. If any of them changes, the message needs work.
   *
   * @return whether there is such a message
   */
  public boolean update(long id, String subject, String text, String html) {
    return database.write(
        session -> {
          int found =
              session
                  .update("UPDATE $schema.messages SET subject = :subject WHERE id = :id")
                  .bind("subject", Values.requireStorable("the subject", subject))
                  .bind("id", id)
                  .execute();
          if (found > 0) {
            new ArchiveTables(session).writeBody(id, text, html);
          }
          return found > 0;
        });
  }

  /**
   * Replaces a message's labels.
   *
   * @return whether there is such a message
   */
  public boolean setLabels(long id, Set<String> labels) {
    return database.write(
        session -> {
          // Locked, so that two who do this at once leave the labels of one.
          boolean found =
              session
                  .query("SELECT id FROM $schema.messages WHERE id = :id FOR NO KEY UPDATE")
                  .bind("id", id)
                  .mapTo(Long.class)
                  .findFirst()
                  .isPresent();
          if (found) {
            session
                .update("DELETE FROM $schema.message_labels WHERE message_id = :id")
                .bind("id", id)
                .execute();
            new ArchiveTables(session).addLabels(id, labels);
          }
          return found;
        });
  }

  /**
   * Soft-deletes a message: it stays in the archive but is not found any more.
   *
   * @return whether it was live
   */
  public boolean delete(long id, Instant at) {
    return database.write(
        session ->
            session
                    .update(
                        """
                        UPDATE $schema.messages SET deleted_at = :at
                         WHERE id = :id AND deleted_at IS NULL""")
                    .bind("at", Values.floor(at))
                    .bind("id", id)
                    .execute()
                > 0);
  }

  /**
   * Makes a soft-deleted message live again. It needs work then.
   *
   * @return whether it was soft-deleted
   */
  public boolean restore(long id) {
    return database.write(
        session ->
            session
                    .update(
                        """
                        UPDATE $schema.messages SET deleted_at = NULL
                         WHERE id = :id AND deleted_at IS NOT NULL""")
                    .bind("id", id)
                    .execute()
                > 0);
  }

  /** The id of a source's message with this external id, live or not. */
  public OptionalLong find(String source, String externalId) {
    Optional<Long> id =
        database.read(
            session ->
                session
                    .query(
                        """
                        SELECT m.id FROM $schema.messages m JOIN $schema.sources s ON s.id = source_id
                         WHERE name = :source AND external_id = :externalId""")
                    .bind("source", Values.requireStorable("the source", source))
                    .bind("externalId", Values.requireStorable("the external id", externalId))
                    .mapTo(Long.class)
                    .findFirst());
    return id.isPresent() ? OptionalLong.of(id.get()) : OptionalLong.empty();
  }
}
