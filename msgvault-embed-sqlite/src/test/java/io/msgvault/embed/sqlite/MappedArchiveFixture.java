package io.msgvault.embed.sqlite;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.memory.ArchiveMessage;
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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An archive of a host's own tables, in a file of its own, written by a client that knows only SQL.
 */
final class MappedArchiveFixture implements MessageStoreFixture {
  private final TempFolder folder = TempFolder.create();
  private final Path file = folder.file("host.db");
  private final AtomicLong steps = new AtomicLong();
  private final TestMapping schema;
  private final ArchiveMapping mapping;
  private final SqlClient sql;
  private final MappedArchiveWriter writer;

  MappedArchiveFixture(TestMapping schema) {
    this.schema = schema;
    mapping = schema.mapping();
    sql = new SqlClient(file);
    schema.tables().forEach(sql::run);
    SqliteMessageStore.install(file, mapping).close();
    writer = new MappedArchiveWriter(sql, mapping);
  }

  /** Returns the file with the tables. */
  Path file() {
    return file;
  }

  @Override
  public MessageStore open() {
    Schema schema = Schema.forMapping(mapping);
    return new SqliteMessageStore(
        Database.openExisting(new StepCountingConnections(file, steps), schema), schema);
  }

  @Override
  public ArchiveWriter writer() {
    return writer;
  }

  /** Returns the parts of the message that the mapping has a column for. */
  @Override
  public ArchiveMessage asStored(ArchiveMessage message) {
    ArchiveMessage.Content content = message.content();
    ArchiveMessage.Metadata metadata = message.metadata();
    ArchiveMessage.Metadata.Builder kept =
        ArchiveMessage.Metadata.of(
            mapping.type().isPresent() ? metadata.type() : "",
            mapping.source().isPresent() ? metadata.source() : "")
            .toBuilder();
    mapping.sender().ifPresent(unused -> kept.sender(metadata.sender()));
    mapping
        .recipients()
        .ifPresent(unused -> kept.to(metadata.to()).cc(metadata.cc()).bcc(metadata.bcc()));
    mapping.labels().ifPresent(unused -> kept.labels(metadata.labels()));
    mapping
        .attachments()
        .ifPresent(
            attachments ->
                kept.attachments(
                    metadata.attachments().stream()
                        .map(name -> attachments.name().isPresent() ? name : "")
                        .toList()));
    mapping.conversation().ifPresent(unused -> kept.conversation(metadata.conversation()));
    mapping
        .sentAt()
        .ifPresent(
            time ->
                kept.sent(
                    metadata
                        .sent()
                        .map(
                            sent ->
                                time.format() == TimeFormat.EPOCH_SECONDS
                                    ? sent.truncatedTo(ChronoUnit.SECONDS)
                                    : sent)));
    mapping.sizeBytes().ifPresent(unused -> kept.bytes(metadata.bytes()));
    return new ArchiveMessage(
        new ArchiveMessage.Content(
            mapping.subject().isPresent() ? content.subject() : "",
            mapping.text().isPresent() ? content.text() : "",
            mapping.html().isPresent() ? content.html() : ""),
        kept.build());
  }

  @Override
  public List<RawWrite> rawWrites() {
    List<RawWrite> writes = new ArrayList<>();
    String messages = MappedArchiveWriter.quoted(mapping.messages());
    String id = MappedArchiveWriter.quoted(mapping.id());
    mapping.subject().ifPresent(column -> updates(writes, messages, id, column));
    String bodies =
        mapping.bodies().map(rows -> MappedArchiveWriter.quoted(rows.table())).orElse(messages);
    String bodyId =
        mapping.bodies().map(rows -> MappedArchiveWriter.quoted(rows.messageId())).orElse(id);
    mapping.text().ifPresent(column -> updates(writes, bodies, bodyId, column));
    mapping.html().ifPresent(column -> updates(writes, bodies, bodyId, column));
    String text = MappedArchiveWriter.quoted(mapping.text().orElseThrow());
    // The rowid is another number than the message's id where it is not the key of a body.
    writes.add(
        write(
            "UPDATE OR REPLACE "
                + (bodies + " SET " + text + " = 'x' WHERE rowid = (SELECT rowid FROM ")
                + (bodies + " WHERE " + bodyId + " = ?)")));
    if (mapping.bodies().isPresent()) {
      writes.add(write("DELETE FROM " + bodies + " WHERE " + bodyId + " = ?"));
      for (String insert : List.of("INSERT OR IGNORE", "INSERT OR REPLACE", "REPLACE")) {
        for (String value : List.of("'new'", "''", "NULL")) {
          writes.add(
              write(
                  insert
                      + (" INTO " + bodies + " (" + bodyId + ", " + text + ")")
                      + (" SELECT ?, " + value)));
        }
      }
    }
    writes.add(replacement(messages, id, text));
    writes.add(upsert(messages, id));
    return writes;
  }

  @Override
  public List<RawWrite> rawMoves() {
    return mapping
        .bodies()
        .map(
            rows -> {
              String id = MappedArchiveWriter.quoted(rows.messageId());
              return List.of(
                  write(
                      "UPDATE OR REPLACE "
                          + (MappedArchiveWriter.quoted(rows.table()) + " SET ")
                          + (id + " = " + id + " + 1 WHERE " + id + " = ?")));
            })
        .orElse(List.of());
  }

  @Override
  public List<RawWrite> rawRemovals() {
    String messages = MappedArchiveWriter.quoted(mapping.messages());
    String id = MappedArchiveWriter.quoted(mapping.id());
    List<RawWrite> removals = new ArrayList<>();
    removals.add(write("DELETE FROM " + messages + " WHERE " + id + " = ?"));
    for (String key : List.of(id, "rowid")) {
      removals.add(
          write(
              "UPDATE "
                  + messages
                  + " SET "
                  + key
                  + " = "
                  + id
                  + " + 1000000 WHERE "
                  + id
                  + " = ?"));
    }
    mapping
        .deleted()
        .map(marker -> MappedArchiveWriter.quoted(marker.column()))
        .ifPresent(
            marker ->
                removals.add(
                    write("UPDATE " + messages + " SET " + marker + " = 2 WHERE " + id + " = ?")));
    return removals;
  }

  private void updates(List<RawWrite> writes, String table, String id, String column) {
    String quoted = MappedArchiveWriter.quoted(column);
    for (String value :
        List.of("'another'", "''", "NULL", "5", "x'00c3bf'", quoted, quoted + " || char(0)")) {
      writes.add(
          write("UPDATE " + table + " SET " + quoted + " = " + value + " WHERE " + id + " = ?"));
    }
  }

  /** Replaces the message with one of another text. */
  private RawWrite replacement(String messages, String id, String text) {
    String others =
        Stream.of(mapping.type(), mapping.source().map(ArchiveMapping.Name::column))
            .flatMap(Optional::stream)
            .map(column -> ", " + MappedArchiveWriter.quoted(column))
            .collect(Collectors.joining());
    String input =
        mapping.bodies().isEmpty()
            ? text
            : MappedArchiveWriter.quoted(mapping.subject().orElseThrow());
    return write(
        "INSERT OR REPLACE INTO "
            + (messages + " (" + id + others + ", " + input)
            + ") SELECT "
            + (id + others + ", " + input)
            + " || '!' FROM "
            + (messages + " WHERE " + id + " = ?"));
  }

  private RawWrite upsert(String messages, String id) {
    return write(
        "INSERT INTO "
            + (messages
                + " ("
                + id
                + ") SELECT ? WHERE true ON CONFLICT ("
                + id
                + ") DO UPDATE SET ")
            + (id + " = excluded." + id));
  }

  /** A write by one statement with the id as its parameter. */
  private RawWrite write(String statement) {
    LongConsumer run = id -> sql.run(statement, id);
    return new RawWrite(
        statement,
        id -> {
          synchronized (writer) {
            run.accept(id);
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
    return new OtherProcess(Opener.class, schema.name() + ":" + file);
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
    public LegacyIndex legacyIndex(String location, Migration migration) {
      return ((SqliteMessageStore) messages(location)).legacyIndex(migration);
    }

    @Override
    public MessageStore messages(String location) {
      return SqliteMessageStore.open(file(location), schema(location).mapping());
    }

    @Override
    public ArchiveWriter writer(String location) {
      return new MappedArchiveWriter(new SqlClient(file(location)), schema(location).mapping());
    }

    private static TestMapping schema(String location) {
      return TestMapping.valueOf(location.substring(0, location.indexOf(':')));
    }

    private static Path file(String location) {
      return Path.of(location.substring(location.indexOf(':') + 1));
    }
  }
}
