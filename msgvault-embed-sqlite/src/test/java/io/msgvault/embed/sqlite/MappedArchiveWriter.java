package io.msgvault.embed.sqlite;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.memory.ArchiveMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a host's own tables by plain SQL. Leaves out unmapped columns. */
final class MappedArchiveWriter extends SqlWriter {
  private final ArchiveMapping mapping;
  private final String messages;
  private final String id;

  MappedArchiveWriter(SqlClient sql, ArchiveMapping mapping) {
    super(sql);
    this.mapping = mapping;
    this.messages = quoted(mapping.messages());
    this.id = quoted(mapping.id());
  }

  static String quoted(String name) {
    return '"' + name + '"';
  }

  @Override
  public void insert(long message, ArchiveMessage written) {
    atomically(
        unused -> {
          Map<String, @Nullable Object> values = inputs(written.content());
          values.put(mapping.id(), message);
          sql.run(
              "INSERT INTO " + messages + " (" + names(values) + ") VALUES (" + marks(values) + ")",
              values.values().toArray());
          ArchiveMessage.Content content = written.content();
          if (!content.text().isEmpty() || !content.html().isEmpty()) {
            writeBody(message, content);
          }
          updateMetadata(message, written.metadata());
        });
  }

  @Override
  public void edit(long message, ArchiveMessage.Content content) {
    atomically(
        unused -> {
          update(message, inputs(content));
          writeBody(message, content);
        });
  }

  private void writeBody(long message, ArchiveMessage.Content content) {
    if (mapping.bodies().isEmpty()) {
      return;
    }
    Related bodies = mapping.bodies().get();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put(bodies.messageId(), message);
    mapping.text().ifPresent(column -> values.put(column, content.text()));
    mapping.html().ifPresent(column -> values.put(column, content.html()));
    sql.run(
        "INSERT INTO "
            + quoted(bodies.table())
            + " ("
            + names(values)
            + ") VALUES ("
            + marks(values)
            + ") ON CONFLICT ("
            + quoted(bodies.messageId())
            + ") DO UPDATE SET "
            + values.keySet().stream()
                .map(column -> quoted(column) + " = excluded." + quoted(column))
                .collect(Collectors.joining(", ")),
        values.values().toArray());
  }

  /** Returns the embeddable columns of the table of messages. */
  private Map<String, @Nullable Object> inputs(ArchiveMessage.Content content) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    mapping.subject().ifPresent(column -> values.put(column, content.subject()));
    if (mapping.bodies().isEmpty()) {
      mapping.text().ifPresent(column -> values.put(column, content.text()));
      mapping.html().ifPresent(column -> values.put(column, content.html()));
    }
    return values;
  }

  @Override
  public void updateMetadata(long message, ArchiveMessage.Metadata metadata) {
    atomically(
        unused -> {
          Map<String, @Nullable Object> values = new LinkedHashMap<>();
          mapping.type().ifPresent(column -> values.put(column, metadata.type()));
          mapping
              .source()
              .ifPresent(name -> values.put(name.column(), key(name, metadata.source())));
          mapping
              .sender()
              .ifPresent(
                  name ->
                      values.put(
                          name.column(),
                          metadata.sender().map(address -> key(name, address)).orElse(null)));
          mapping
              .sentAt()
              .ifPresent(
                  time ->
                      values.put(
                          time.column(),
                          metadata.sent().map(sent -> time(time.format(), sent)).orElse(null)));
          mapping
              .sizeBytes()
              .ifPresent(
                  column ->
                      values.put(
                          column,
                          metadata.bytes().isPresent() ? metadata.bytes().getAsLong() : null));
          mapping
              .conversation()
              .ifPresent(column -> values.put(column, metadata.conversation().orElse(null)));
          values.put(mapping.id(), message);
          update(message, values);
          relate(message, metadata);
        });
  }

  private void relate(long message, ArchiveMessage.Metadata metadata) {
    mapping
        .recipients()
        .ifPresent(
            recipients -> {
              clear(message, recipients.rows());
              receive(message, recipients, "to", metadata.to());
              receive(message, recipients, "cc", metadata.cc());
              receive(message, recipients, "bcc", metadata.bcc());
            });
    mapping
        .labels()
        .ifPresent(
            labels -> {
              clear(message, labels.rows());
              metadata
                  .labels()
                  .forEach(
                      label ->
                          add(
                              labels.rows(),
                              message,
                              Map.of(labels.label().column(), key(labels.label(), label))));
            });
    mapping
        .attachments()
        .ifPresent(
            attachments -> {
              clear(message, attachments.rows());
              for (String attachment : metadata.attachments()) {
                Map<String, Object> values = new LinkedHashMap<>();
                attachments.name().ifPresent(column -> values.put(column, attachment));
                add(attachments.rows(), message, values);
              }
            });
  }

  private void receive(
      long message, Recipients recipients, String kind, Collection<String> addresses) {
    for (String address : addresses) {
      Map<String, Object> values = new LinkedHashMap<>();
      recipients.kind().ifPresent(column -> values.put(column, kind));
      values.put(recipients.address().column(), key(recipients.address(), address));
      add(recipients.rows(), message, values);
    }
  }

  private void add(Related rows, long message, Map<String, Object> others) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(others);
    values.put(rows.messageId(), message);
    sql.run(
        "INSERT INTO "
            + quoted(rows.table())
            + " ("
            + names(values)
            + ") VALUES ("
            + marks(values)
            + ")",
        values.values().toArray());
  }

  private void clear(long message, Related rows) {
    sql.run(
        "DELETE FROM " + quoted(rows.table()) + " WHERE " + quoted(rows.messageId()) + " = ?",
        message);
  }

  /** Returns the name itself, or its key after storing it. */
  private Object key(Name name, String value) {
    return name.lookup()
        .<Object>map(
            lookup -> {
              sql.run(
                  "INSERT OR IGNORE INTO "
                      + quoted(lookup.table())
                      + " ("
                      + quoted(lookup.name())
                      + ") VALUES (?)",
                  value);
              return sql.number(
                      "SELECT "
                          + quoted(lookup.key())
                          + " FROM "
                          + quoted(lookup.table())
                          + " WHERE "
                          + quoted(lookup.name())
                          + " = ?",
                      value)
                  .orElseThrow();
            })
        .orElse(value);
  }

  private static Object time(TimeFormat format, Instant time) {
    return switch (format) {
      case EPOCH_MILLIS -> time.toEpochMilli();
      case EPOCH_SECONDS -> time.getEpochSecond();
      case NATIVE -> time.toString().replace('T', ' ').replace("Z", "");
    };
  }

  @Override
  public void delete(long message) {
    mark(message, 1);
  }

  @Override
  public void restore(long message) {
    mark(message, null);
  }

  private void mark(long message, @Nullable Object marker) {
    Optional<String> column = mapping.deleted().map(ArchiveMapping.Deleted::column);
    if (column.isEmpty()) {
      throw new UnsupportedOperationException("this host deletes for good only");
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put(column.get(), marker);
    atomically(unused -> update(message, values));
  }

  @Override
  public void purge(long message) {
    List<Related> related = new ArrayList<>();
    mapping.bodies().ifPresent(related::add);
    mapping.recipients().ifPresent(recipients -> related.add(recipients.rows()));
    mapping.labels().ifPresent(labels -> related.add(labels.rows()));
    mapping.attachments().ifPresent(attachments -> related.add(attachments.rows()));
    atomically(
        unused -> {
          related.forEach(rows -> clear(message, rows));
          requireOneRow(sql.run("DELETE FROM " + messages + " WHERE " + id + " = ?", message));
        });
  }

  private void update(long message, Map<String, @Nullable Object> values) {
    if (values.isEmpty()) {
      values.put(mapping.id(), message);
    }
    List<@Nullable Object> parameters = new ArrayList<>(values.values());
    parameters.add(message);
    requireOneRow(
        sql.run(
            "UPDATE "
                + messages
                + " SET "
                + values.keySet().stream()
                    .map(column -> quoted(column) + " = ?")
                    .collect(Collectors.joining(", "))
                + " WHERE "
                + id
                + " = ?",
            parameters.toArray()));
  }

  private static String names(Map<String, @Nullable Object> values) {
    Set<String> columns = values.keySet();
    return columns.stream().map(MappedArchiveWriter::quoted).collect(Collectors.joining(", "));
  }

  private static String marks(Map<String, @Nullable Object> values) {
    return values.keySet().stream().map(column -> "?").collect(Collectors.joining(", "));
  }
}
