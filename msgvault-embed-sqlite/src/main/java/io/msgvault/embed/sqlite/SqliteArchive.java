package io.msgvault.embed.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Writes an archive of the bundled schema, and reads what it knows of its messages. Each method is
 * one transaction; what it wrote survives a kill of the process. A {@link SqliteMessageStore} on
 * the same file finds what needs work, and so does it when any other client writes the file.
 *
 * <p>Safe for use by many threads, and by several instances and processes on the same file. A
 * method that throws has changed nothing; any may throw {@link io.msgvault.embed.StoreException},
 * and {@link IllegalStateException} after {@link #close}.
 */
public final class SqliteArchive implements AutoCloseable {
  private final Database database;

  private SqliteArchive(Database database) {
    this.database = database;
  }

  /**
   * Opens an archive; a missing file is created, readable by its owner only, and the schema is
   * installed or upgraded where need be.
   *
   * @param archive the file; its folder must be there
   * @throws NewerSchemaException if a later version of this library wrote it
   * @throws io.msgvault.embed.StoreException if it can't be opened
   */
  public static SqliteArchive open(Path archive) {
    return new SqliteArchive(Database.open(new Connector(archive), Schema.ARCHIVE));
  }

  /**
   * Opens an archive for reading only. Nothing is written, neither to the file nor beside it;
   * methods that write throw {@link io.msgvault.embed.StoreException}.
   *
   * @param archive the file
   * @throws NewerSchemaException if a later version of this library wrote it
   * @throws io.msgvault.embed.StoreException if it is not there, is no archive of this version, or
   *     can't be opened
   */
  public static SqliteArchive openReadOnly(Path archive) {
    return new SqliteArchive(Database.openReadOnly(new Connector(archive), Schema.ARCHIVE));
  }

  /** The archive's identity, made when its schema was installed. */
  public UUID archiveId() {
    return database.read(ArchiveTables::archiveId);
  }

  /** Stores a message, unless its source has one with its external id. */
  public Stored store(NewMessage message) {
    return database.write(session -> new ArchiveTables(session).store(message));
  }

  /**
   * As {@link #store} for many, in one transaction, which is how an import gets fast. Some hundreds
   * at once are a good number: other writers wait until they are stored.
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
          if (session.dao(ArchiveDao.class).updateSubject(id, subject) == 0) {
            return false;
          }
          new ArchiveTables(session).writeBody(id, text, html);
          return true;
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
          ArchiveDao dao = session.dao(ArchiveDao.class);
          if (!dao.exists(id)) {
            return false;
          }
          dao.clearLabels(id);
          ArchiveTables tables = new ArchiveTables(session);
          for (String label : labels) {
            tables.addLabel(id, label);
          }
          return true;
        });
  }

  /**
   * Soft-deletes a message: it stays in the archive but is not found any more.
   *
   * @return whether it was live
   */
  public boolean delete(long id, Instant at) {
    return database.write(
        session -> session.dao(ArchiveDao.class).delete(id, Times.floorMillis(at)) > 0);
  }

  /**
   * Makes a soft-deleted message live again. It needs work then.
   *
   * @return whether it was soft-deleted
   */
  public boolean restore(long id) {
    return database.write(session -> session.dao(ArchiveDao.class).restore(id) > 0);
  }

  /** The id of a source's message with this external id, live or not. */
  public OptionalLong find(String source, String externalId) {
    Optional<Long> id =
        database.read(session -> session.dao(ArchiveDao.class).find(source, externalId));
    return id.isPresent() ? OptionalLong.of(id.get()) : OptionalLong.empty();
  }

  /**
   * What is known of messages, live or not, from one snapshot.
   *
   * @param ids any ids, any number that fits in memory; those of no message are left out
   * @return by id, ascending
   */
  public List<MessageHeader> headers(Collection<Long> ids) {
    long[] sorted = IdChunks.sorted(ids);
    return database.read(
        session -> {
          ArchiveDao dao = session.dao(ArchiveDao.class);
          List<MessageHeader> headers = new ArrayList<>();
          for (String chunk : IdChunks.of(sorted)) {
            headers.addAll(headers(dao, chunk));
          }
          return headers;
        });
  }

  /** What is known of a message, live or not. */
  public Optional<MessageHeader> header(long id) {
    return headers(List.of(id)).stream().findFirst();
  }

  /** Closes every connection. Closing twice is fine. */
  @Override
  public void close() {
    database.close();
  }

  private static List<MessageHeader> headers(ArchiveDao dao, String ids) throws SQLException {
    Map<Long, Map<String, List<Participant>>> recipients =
        dao.recipients(ids).stream()
            .collect(
                Collectors.groupingBy(
                    ArchiveDao.Recipient::messageId,
                    Collectors.groupingBy(
                        ArchiveDao.Recipient::kind,
                        Collectors.mapping(
                            ArchiveDao.Recipient::participant, Collectors.toList()))));
    Map<Long, List<String>> labels = byMessage(dao.labels(ids));
    Map<Long, List<String>> attachments = byMessage(dao.attachments(ids));
    return dao.heads(ids).stream()
        .map(
            head -> {
              Map<String, List<Participant>> kinds = recipients.getOrDefault(head.id(), Map.of());
              return new MessageHeader(
                  head.id(),
                  head.source(),
                  head.externalId(),
                  head.type(),
                  head.subject(),
                  head.sender(),
                  kinds.getOrDefault("to", List.of()),
                  kinds.getOrDefault("cc", List.of()),
                  kinds.getOrDefault("bcc", List.of()),
                  head.sentAt(),
                  head.sizeBytes(),
                  new LinkedHashSet<>(labels.getOrDefault(head.id(), List.of())),
                  attachments.getOrDefault(head.id(), List.of()),
                  head.live());
            })
        .toList();
  }

  private static Map<Long, List<String>> byMessage(List<ArchiveDao.Name> names) {
    return names.stream()
        .collect(
            Collectors.groupingBy(
                ArchiveDao.Name::messageId,
                Collectors.mapping(ArchiveDao.Name::name, Collectors.toList())));
  }
}
