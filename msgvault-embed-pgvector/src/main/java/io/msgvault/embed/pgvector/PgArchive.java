package io.msgvault.embed.pgvector;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Labels;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.pgvector.internal.archive.ArchiveInstaller;
import io.msgvault.embed.pgvector.internal.archive.ArchiveTables;
import io.msgvault.embed.pgvector.internal.archive.HeaderReader;
import io.msgvault.embed.pgvector.internal.db.ClosableDatabase;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * An archive of the bundled schema in one schema of a PostgreSQL database, for a {@link
 * PgMessageStore} on it. Triggers see to stamps and revisions, with the rights of who installed
 * them, so that a host's role needs no right beyond those to the tables it writes.
 *
 * <p>Texts must not contain U+0000 nor half a surrogate pair, which PostgreSQL can't hold: {@link
 * IllegalArgumentException}.
 */
public final class PgArchive implements MessageArchive {
  /** The bundled tables. */
  public static final ArchiveMapping TABLES =
      ArchiveMapping.builder("messages", "id")
          .subject("subject")
          .bodies("message_bodies", "message_id")
          .text("body_text")
          .html("body_html")
          .deleted("deleted_at", Marker.NULL_WHILE_LIVE)
          .type("message_type")
          .source(Name.by("source_id", "sources", "id", "name"))
          .sender(Name.by("id", "message_senders", "message_id", "address"))
          .recipients(
              new Recipients(
                  new Related("message_participants", "message_id"),
                  Optional.of("kind"),
                  Name.by("participant_id", "participants", "id", "address")))
          .labels(new Labels(new Related("message_labels", "message_id"), Name.in("label")))
          .attachments("attachments", "message_id")
          .sentAt("sent_at", TimeFormat.NATIVE)
          .sizeBytes("size_bytes")
          .build();

  private final ClosableDatabase database;

  private PgArchive(Database database) {
    this.database = new ClosableDatabase(database, "the archive");
  }

  /**
   * Creates the schema and its tables where they are missing, in one transaction, and returns the
   * archive. Writes nothing where all is there. The role needs to own the schema, or {@code CREATE}
   * on the database.
   *
   * @param dataSource gives the connections; it stays the caller's
   * @param schema the name of the schema, with capitals as they are
   * @throws MissingPrivilegeException if the role may not make what is missing
   * @throws io.msgvault.embed.mapping.MappingMismatchException if the schema has an archive over a
   *     host's own tables
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgArchive install(DataSource dataSource, String schema) {
    Database database = new Database(dataSource, schema);
    ArchiveInstaller.bundled(schema).install(database);
    return new PgArchive(database);
  }

  /**
   * Returns the archive of a schema where it is installed. Writes nothing.
   *
   * @param dataSource gives the connections; it stays the caller's
   * @param schema the schema that {@link #install} was given
   * @throws MissingSchemaException if the schema has no archive
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgArchive open(DataSource dataSource, String schema) {
    return open(new Database(dataSource, schema));
  }

  /**
   * Returns the archive of a schema where it is installed, for reading. Every write throws {@link
   * io.msgvault.embed.model.StoreException}, and every transaction is read-only.
   *
   * @param dataSource gives the connections; it stays the caller's
   * @param schema the schema that {@link #install} was given
   * @throws MissingSchemaException if the schema has no archive
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgArchive openReadOnly(DataSource dataSource, String schema) {
    return open(new Database(dataSource, schema).readOnly());
  }

  private static PgArchive open(Database database) {
    database.read(ArchiveInstaller.bundled(database.schema())::requireInstalled);
    return new PgArchive(database);
  }

  @Override
  public UUID archiveId() {
    return database.read(PgArchive::archiveId);
  }

  static UUID archiveId(Database.Session session) {
    return session.query("SELECT archive_id FROM $schema.embed_archive").mapTo(UUID.class).one();
  }

  @Override
  public List<StoreResult> storeAll(List<NewMessage> messages) {
    return database.write(
        session -> {
          ArchiveTables tables = new ArchiveTables(session);
          List<StoreResult> stored = new ArrayList<>(messages.size());
          for (NewMessage message : messages) {
            stored.add(tables.store(message));
          }
          return stored;
        });
  }

  @Override
  public boolean update(long id, String subject, String text, String html) {
    return database.write(
        session -> {
          int found =
              session
                  .update("UPDATE $schema.messages SET subject = :subject WHERE id = :id")
                  .bind("subject", PgValues.requireStorable("the subject", subject))
                  .bind("id", id)
                  .execute();
          if (found > 0) {
            new ArchiveTables(session).writeBody(id, text, html);
          }
          return found > 0;
        });
  }

  @Override
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

  @Override
  public boolean delete(long id, Instant at) {
    return database.write(
        session ->
            session
                    .update(
                        """
                        UPDATE $schema.messages SET deleted_at = :at
                         WHERE id = :id AND deleted_at IS NULL""")
                    .bind("at", PgValues.floor(at))
                    .bind("id", id)
                    .execute()
                > 0);
  }

  @Override
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

  @Override
  public OptionalLong find(String source, String externalId) {
    Optional<Long> id =
        database.read(
            session ->
                session
                    .query(
                        """
                        SELECT m.id FROM $schema.messages m JOIN $schema.sources s ON s.id = source_id
                         WHERE name = :source AND external_id = :externalId""")
                    .bind("source", PgValues.requireStorable("the source", source))
                    .bind("externalId", PgValues.requireStorable("the external id", externalId))
                    .mapTo(Long.class)
                    .findFirst());
    return id.isPresent() ? OptionalLong.of(id.get()) : OptionalLong.empty();
  }

  @Override
  public List<MessageHeader> headers(Collection<Long> ids) {
    return database.read(session -> HeaderReader.of(session, ids));
  }

  /** Lets the archive go; connections are held only during a call. */
  @Override
  public void close() {
    database.close();
  }
}
