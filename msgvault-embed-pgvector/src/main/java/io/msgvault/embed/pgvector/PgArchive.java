package io.msgvault.embed.pgvector;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.pgvector.internal.archive.ArchiveDao;
import io.msgvault.embed.pgvector.internal.archive.ArchiveInstaller;
import io.msgvault.embed.pgvector.internal.archive.ArchiveTables;
import io.msgvault.embed.pgvector.internal.db.ClosableDatabase;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * An archive with the bundled tables in one schema of a PostgreSQL database, for a {@link
 * PgMessageStore} over it. Triggers keep stamps and revisions current. They have the rights of the
 * role that installed them, so a host's role needs only the rights to the tables it writes.
 *
 * <p>A text with U+0000 or half a surrogate pair, which PostgreSQL can't hold, is refused with
 * {@link IllegalArgumentException}.
 */
public final class PgArchive implements MessageArchive {
  private final ClosableDatabase database;

  private PgArchive(Database database) {
    this.database = new ClosableDatabase(database, "the archive");
  }

  /**
   * Creates the schema and its tables where they are missing, and returns the archive. Writes
   * nothing where all is there, and goes on where an earlier call was interrupted. The role needs
   * to own the schema, or {@code CREATE} on the database.
   *
   * @param dataSource gives the connections; it stays the caller's
   * @param schema the name of the schema, with capitals as they are
   * @throws MissingPrivilegeException if the role may not create what is missing
   * @throws io.msgvault.embed.mapping.MappingMismatchException if the schema has an archive over a
   *     host's own tables
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgArchive install(DataSource dataSource, String schema) {
    Database database = new Database(dataSource, schema);
    ArchiveInstaller.bundled(database).install();
    return new PgArchive(database);
  }

  /**
   * Returns the archive of a schema where it is installed. Writes nothing.
   *
   * @param dataSource gives the connections; it stays the caller's
   * @param schema the schema that {@link #install} was given
   * @throws io.msgvault.embed.store.NotInstalledException if the schema has no archive
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
   * @throws io.msgvault.embed.store.NotInstalledException if the schema has no archive
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     or the database can't be reached
   */
  public static PgArchive openReadOnly(DataSource dataSource, String schema) {
    return open(new Database(dataSource, schema).readOnly());
  }

  private static PgArchive open(Database database) {
    ArchiveInstaller.bundled(database).requireInstalled();
    return new PgArchive(database);
  }

  @Override
  public UUID archiveId() {
    return database.lookUp(session -> session.dao(ArchiveDao.class).archiveId());
  }

  @Override
  public List<StoreResult> storeAll(List<NewMessage> messages) {
    return write(
        tables -> {
          List<StoreResult> stored = new ArrayList<>(messages.size());
          for (NewMessage message : messages) {
            stored.add(tables.store(message));
          }
          return stored;
        });
  }

  @Override
  public boolean update(long id, String subject, String text, String html) {
    return write(tables -> tables.update(id, subject, text, html));
  }

  @Override
  public boolean setLabels(long id, Set<String> labels) {
    return write(tables -> tables.setLabels(id, labels));
  }

  @Override
  public boolean delete(long id, Instant at) {
    return write(tables -> tables.delete(id, at));
  }

  @Override
  public boolean restore(long id) {
    return write(tables -> tables.restore(id));
  }

  private <T> T write(Function<ArchiveTables, T> work) {
    return database.write(session -> work.apply(new ArchiveTables(session)));
  }

  @Override
  public OptionalLong find(String source, String externalId) {
    Optional<Long> id =
        database.read(session -> new ArchiveTables(session).find(source, externalId));
    return id.isPresent() ? OptionalLong.of(id.get()) : OptionalLong.empty();
  }

  @Override
  public List<Long> findAll(Collection<String> externalIds) {
    return database.read(session -> session.dao(ArchiveDao.class).findAll(externalIds));
  }

  @Override
  public List<Long> findBySubject(String source, String ending, Instant from, Instant until) {
    return database.read(
        session ->
            session
                .dao(ArchiveDao.class)
                .findBySubject(
                    source, ending, from.atOffset(ZoneOffset.UTC), until.atOffset(ZoneOffset.UTC)));
  }

  @Override
  public void renameConversations(Map<String, String> names) {
    if (names.isEmpty()) {
      return;
    }
    List<String> former = List.copyOf(names.keySet());
    database.write(
        session ->
            session
                .dao(ArchiveDao.class)
                .renameConversations(former, former.stream().map(names::get).toList()));
  }

  @Override
  public List<MessageHeader> headers(Collection<Long> ids) {
    return database.read(session -> session.dao(ArchiveDao.class).headers(ids));
  }

  /** Closes the archive. It holds connections only during a call. */
  @Override
  public void close() {
    database.close();
  }
}
