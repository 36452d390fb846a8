package io.msgvault.embed.pgvector;

import java.util.UUID;
import javax.sql.DataSource;

/** The bundled schema. */
public final class PgArchive {
  private final Database database;

  private PgArchive(Database database) {
    this.database = database;
  }

  /** Installs it. */
  public static PgArchive install(DataSource dataSource, String schema) {
    Database database = new Database(dataSource, schema);
    Schema.ARCHIVE.install(database);
    return new PgArchive(database);
  }

  /** The archive's identity. */
  public UUID archiveId() {
    return database.read(PgArchive::archiveId);
  }

  static UUID archiveId(Database.Session session) {
    return session.query("SELECT archive_id FROM $schema.embed_archive").mapTo(UUID.class).one();
  }
}
