package io.msgvault.embed.sqlite;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.sqlite.internal.archive.ArchiveDao;
import io.msgvault.embed.sqlite.internal.archive.ArchiveTables;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.JsonIds;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.sqlite.internal.db.Times;
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
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * An archive of the bundled tables in an SQLite file. A {@link SqliteMessageStore} on the same file
 * makes it searchable.
 */
public final class SqliteArchive implements MessageArchive {
  private final Database database;

  SqliteArchive(Database database) {
    this.database = database;
  }

  /**
   * Creates or completes an archive, and opens it. Creates a missing file, which only its owner can
   * read. Does nothing else if the archive is complete.
   *
   * @param archive the file; its folder must exist
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
   *     the file
   * @throws io.msgvault.embed.model.StoreException if the file cannot be opened or written
   */
  public static SqliteArchive install(Path archive) {
    return new SqliteArchive(Database.install(new SqliteConnections(archive), Schema.ARCHIVE));
  }

  /**
   * Opens an archive for reading and writing. Writes no schema.
   *
   * @param archive the file
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
   *     the file
   * @throws io.msgvault.embed.store.NotInstalledException if the file or the schema is missing
   * @throws io.msgvault.embed.model.StoreException if the file cannot be opened
   */
  public static SqliteArchive open(Path archive) {
    return new SqliteArchive(Database.open(new SqliteConnections(archive), Schema.ARCHIVE));
  }

  /**
   * Opens an archive for reading only. Writes nothing, neither to the file nor beside it. Methods
   * that write throw {@link io.msgvault.embed.model.StoreException}.
   *
   * @param archive the file
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
   *     the file
   * @throws io.msgvault.embed.store.NotInstalledException if the file or the schema is missing
   * @throws io.msgvault.embed.model.StoreException if the file cannot be opened
   */
  public static SqliteArchive openReadOnly(Path archive) {
    return new SqliteArchive(Database.openReadOnly(new SqliteConnections(archive), Schema.ARCHIVE));
  }

  @Override
  public UUID archiveId() {
    return database.read(ArchiveTables::archiveId);
  }

  @Override
  public List<StoreResult> storeAll(List<NewMessage> messages) {
    return database.writeSynced(
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
    return database.writeSynced(
        session -> {
          if (session.dao(ArchiveDao.class).updateSubject(id, subject) == 0) {
            return false;
          }
          new ArchiveTables(session).writeBody(id, text, html);
          return true;
        });
  }

  @Override
  public boolean setLabels(long id, Set<String> labels) {
    return database.writeSynced(
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

  @Override
  public boolean delete(long id, Instant at) {
    return database.writeSynced(
        session -> session.dao(ArchiveDao.class).delete(id, Times.floorMillis(at)) > 0);
  }

  @Override
  public boolean restore(long id) {
    return database.writeSynced(session -> session.dao(ArchiveDao.class).restore(id) > 0);
  }

  @Override
  public OptionalLong find(String source, String externalId) {
    Optional<Long> id =
        database.read(session -> session.dao(ArchiveDao.class).find(source, externalId));
    return id.isPresent() ? OptionalLong.of(id.get()) : OptionalLong.empty();
  }

  @Override
  public List<Long> findAll(Collection<String> externalIds) {
    return database.read(
        session -> {
          ArchiveDao dao = session.dao(ArchiveDao.class);
          Set<Long> ids = new TreeSet<>();
          for (String externalId : externalIds) {
            ids.addAll(dao.findAll(externalId));
          }
          return List.copyOf(ids);
        });
  }

  @Override
  public List<Long> findBySubject(String source, String ending, Instant from, Instant until) {
    return database.read(
        session ->
            session
                .dao(ArchiveDao.class)
                .findBySubject(source, ending, Times.floorMillis(from), Times.floorMillis(until)));
  }

  @Override
  public void renameConversations(Map<String, String> names) {
    if (names.isEmpty()) {
      return;
    }
    database.writeSynced(
        session -> {
          ArchiveDao dao = session.dao(ArchiveDao.class);
          names.forEach(dao::renameConversation);
          return names.size();
        });
  }

  @Override
  public List<MessageHeader> headers(Collection<Long> ids) {
    long[] sorted = JsonIds.sorted(ids);
    return database.read(
        session -> {
          ArchiveDao dao = session.dao(ArchiveDao.class);
          List<MessageHeader> headers = new ArrayList<>();
          for (String chunk : JsonIds.arrays(sorted)) {
            headers.addAll(headers(dao, chunk));
          }
          return headers;
        });
  }

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
              return MessageHeader.builder(head.id(), head.source(), head.type())
                  .conversation(head.conversation())
                  .externalId(head.externalId())
                  .subject(head.subject())
                  .sender(head.sender())
                  .to(kinds.getOrDefault("to", List.of()))
                  .cc(kinds.getOrDefault("cc", List.of()))
                  .bcc(kinds.getOrDefault("bcc", List.of()))
                  .sentAt(head.sentAt())
                  .sizeBytes(head.sizeBytes())
                  .labels(new LinkedHashSet<>(labels.getOrDefault(head.id(), List.of())))
                  .attachments(attachments.getOrDefault(head.id(), List.of()))
                  .live(head.live())
                  .build();
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
