package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Attachments;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.Time;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Column;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Kind;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Renders what is known of a message besides its texts, on its row {@code m}. A mapping knows
 * addresses alone, and rows that belong to a message have no order but that of their table. The
 * bundled tables know names and an order too.
 */
final class DetailsSql {
  private static final String BUNDLED_PEOPLE =
      """
      ARRAY (SELECT btrim(p.name || ' ' || p.address)
               FROM {schema}.message_participants AS r
               JOIN {schema}.participants AS p ON p.id = r.participant_id
              WHERE r.message_id = m.id
              ORDER BY array_position('{from, to, cc, bcc}', r.kind), r.position)""";

  private static final String BUNDLED_ATTACHMENTS =
      """
      ARRAY (SELECT r.name FROM {schema}.attachments AS r
              WHERE r.message_id = m.id AND r.name <> '' ORDER BY r.position)""";

  private static final String NO_TEXTS = "CAST('{}' AS text[])";

  private final TableCatalog catalog;
  private final String schema;
  private final Column id;
  private final Map<String, String> names;

  private DetailsSql(
      TableCatalog catalog, String schema, ArchiveMapping mapping, Column id, boolean bundled) {
    this.catalog = catalog;
    this.schema = schema;
    this.id = id;
    String messages = mapping.messages();
    names =
        Map.of(
            "people",
            bundled ? inSchema(BUNDLED_PEOPLE) : people(mapping),
            "attachment_names",
            bundled ? inSchema(BUNDLED_ATTACHMENTS) : attachments(mapping.attachments()),
            "sent_seconds",
            mapping.sentAt().map(time -> seconds(messages, time)).orElse("NULL::numeric"),
            "conversation",
            mapping
                .conversation()
                .map(name -> catalog.column(messages, name, Kind.TEXT, Kind.values()).text("m"))
                .orElse("NULL::text"));
  }

  /** Renders the details of the bundled tables. */
  static DetailsSql ofBundled(
      TableCatalog catalog, String schema, ArchiveMapping mapping, Column id) {
    return new DetailsSql(catalog, schema, mapping, id, true);
  }

  /** Renders the details of a host's own tables. */
  static DetailsSql ofMapped(
      TableCatalog catalog, String schema, ArchiveMapping mapping, Column id) {
    return new DetailsSql(catalog, schema, mapping, id, false);
  }

  /** Returns the expression that a placeholder stands for; null if it is none of details. */
  @Nullable String find(String name) {
    return names.get(name);
  }

  private String inSchema(String sql) {
    return sql.replace("{schema}", TableCatalog.quote(schema));
  }

  private String people(ArchiveMapping mapping) {
    return mapping.sender().map(sender -> sender(mapping.messages(), sender)).orElse(NO_TEXTS)
        + " || "
        + mapping.recipients().map(this::recipients).orElse(NO_TEXTS);
  }

  private String sender(String messages, Name sender) {
    Column column = nameColumn(messages, sender);
    return sender
        .lookup()
        .map(lookup -> MappedSql.lookupTable(catalog, schema, column, lookup))
        .map(
            names ->
                "ARRAY (SELECT %1$s FROM %2$s AS l WHERE %3$s = %4$s AND %1$s <> '')"
                    .formatted(
                        names.name().text("l"), names.table(), names.key().of("l"), column.of("m")))
        .orElseGet(() -> "ARRAY (SELECT %1$s WHERE %1$s <> '')".formatted(column.text("m")));
  }

  private String recipients(Recipients recipients) {
    Related rows = recipients.rows();
    Column column = nameColumn(rows.table(), recipients.address());
    Optional<GroupKey.LookupTable> lookup =
        recipients
            .address()
            .lookup()
            .map(found -> MappedSql.lookupTable(catalog, schema, column, found));
    String address = lookup.map(names -> names.name().text("l")).orElseGet(() -> column.text("r"));
    String join =
        lookup
            .map(
                names ->
                    " JOIN %s AS l ON %s = %s"
                        .formatted(names.table(), names.key().of("l"), column.of("r")))
            .orElse("");
    String rank =
        recipients
            .kind()
            .map(name -> catalog.column(rows.table(), name, Kind.TEXT, Kind.ENUM).text("r"))
            .map("array_position('{to, cc, bcc}', %s)"::formatted)
            .orElse("1");
    return """
        ARRAY (SELECT person FROM (
                 SELECT %s AS person, %s AS rank, r.embed_place FROM (
                   SELECT *, row_number() OVER () AS embed_place FROM %s AS r WHERE %s
                 ) AS r%s
               ) AS known WHERE person <> '' AND rank IS NOT NULL ORDER BY rank, embed_place)"""
        .formatted(address, rank, qualified(rows), ofMessage(rows), join);
  }

  private String attachments(Optional<Attachments> attachments) {
    return attachments
        .filter(rows -> rows.name().isPresent())
        .map(
            known ->
                "ARRAY (SELECT %1$s FROM %2$s AS r WHERE %3$s AND %1$s <> '')"
                    .formatted(
                        catalog
                            .column(known.rows().table(), known.name().orElseThrow(), Kind.TEXT)
                            .text("r"),
                        qualified(known.rows()),
                        ofMessage(known.rows())))
        .orElse(NO_TEXTS);
  }

  private String seconds(String messages, Time time) {
    if (time.format() == TimeFormat.NATIVE) {
      Column column = catalog.column(messages, time.column(), Kind.TIME);
      return "extract(epoch FROM " + column.of("m") + ")";
    }
    Column column = catalog.column(messages, time.column(), Kind.INTEGER, Kind.NUMBER);
    String number = "CAST(" + column.of("m") + " AS numeric)";
    return time.format() == TimeFormat.EPOCH_MILLIS ? number + " / 1000" : number;
  }

  private Column nameColumn(String table, Name name) {
    return catalog.column(table, name.column(), Kind.TEXT, Kind.INTEGER, Kind.ENUM, Kind.UUID);
  }

  private String qualified(Related rows) {
    return MappedSql.qualified(schema, rows.table());
  }

  private String ofMessage(Related rows) {
    Column key = catalog.column(rows.table(), rows.messageId(), Kind.INTEGER);
    return key.of("r") + " = " + id.of("m");
  }
}
