package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Deleted;
import io.msgvault.embed.mapping.ArchiveMapping.Labels;
import io.msgvault.embed.mapping.ArchiveMapping.Lookup;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Column;
import io.msgvault.embed.pgvector.internal.archive.TableCatalog.Kind;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.support.SqlTemplate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Renders a mapping as SQL. Statements and scripts have placeholders, such as {@code {m.subject}}
 * for the subject of the row with the alias {@code m}. This class says what each stands for. An
 * unmapped column has an expression too, which the planner folds away.
 */
public final class MappedSql implements SqlTemplate.Names {
  /** The bundled tables. */
  public static final ArchiveMapping BUNDLED_TABLES =
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
          .attachments("attachments", "message_id", "name")
          .conversation("conversation")
          .sentAt("sent_at", TimeFormat.NATIVE)
          .sizeBytes("size_bytes")
          .build();

  private static final String NULL_TEXT = "NULL::text";

  private final String schema;
  private final String messages;
  private final boolean partitioned;
  private final Column id;
  private final Optional<Column> subject;
  private final Bodies bodies;
  private final Optional<Column> deleted;
  private final UnaryOperator<String> live;
  private final GroupKey type;
  private final GroupKey source;
  private final FilterConditions filters;
  private final DetailsSql details;
  private final String quote;
  private final String innerQuote;

  /** The columns of text and HTML; {@code separate} says whether they are in another table. */
  private record Bodies(
      String table,
      boolean partitioned,
      Column key,
      Optional<Column> text,
      Optional<Column> html,
      boolean separate) {}

  private MappedSql(TableCatalog catalog, String schema, ArchiveMapping mapping, boolean bundled) {
    this.schema = schema;
    messages = mapping.messages();
    partitioned = catalog.isPartitioned(messages);
    id = key(catalog, mapping);
    subject =
        mapping
            .subject()
            .map(
                name ->
                    catalog.requireSeenBefore(messages, catalog.column(messages, name, Kind.TEXT)));
    bodies = bodies(catalog, mapping);
    deleted = mapping.deleted().map(part -> deleted(catalog, messages, part));
    live =
        deleted.isEmpty() ? alias -> "true" : live(mapping.deleted().orElseThrow(), deleted.get());
    type =
        mapping
            .type()
            .map(name -> groupKey(catalog, schema, messages, Name.in(name)))
            .orElseGet(GroupKey::none);
    source =
        mapping
            .source()
            .map(name -> groupKey(catalog, schema, messages, name))
            .orElseGet(GroupKey::none);
    filters = new FilterConditions(catalog, schema, mapping, id);
    details =
        bundled
            ? DetailsSql.ofBundled(catalog, schema, mapping, id)
            : DetailsSql.ofMapped(catalog, schema, mapping, id);
    quote = dollarQuote(schema + mapping);
    innerQuote = dollarQuote(schema + mapping + quote);
  }

  /**
   * Looks up the mapped tables and columns.
   *
   * @param bundled whether they are the bundled tables
   * @throws IncompatibleTablesException if one is missing, or no store can work over it
   */
  static MappedSql of(
      Database.Session session, String schema, ArchiveMapping mapping, boolean bundled) {
    TableCatalog catalog = new TableCatalog(session, schema, mapping.tables());
    MappedSql tables = new MappedSql(catalog, schema, mapping, bundled);
    if (!catalog.problems().isEmpty()) {
      throw new IncompatibleTablesException(catalog.problems());
    }
    return tables;
  }

  /** Looks up the tables and columns that are there, to name what was installed for them. */
  static MappedSql lenient(Database.Session session, String schema, ArchiveMapping mapping) {
    return new MappedSql(
        new TableCatalog(session, schema, mapping.tables()), schema, mapping, false);
  }

  private static Column key(TableCatalog catalog, ArchiveMapping mapping) {
    String table = mapping.messages();
    catalog.requireWatchable(table);
    Column key =
        catalog.requireSeenBefore(
            table, catalog.column(table, mapping.id(), Kind.INTEGER, Kind.values()));
    String column = TableCatalog.column(table, key.name());
    if (key.kind() != Kind.INTEGER) {
      catalog.addProblem(
          column
              + " is of the type "
              + key.type()
              + ", but keys of messages are 64-bit integers: add a column \"bigint GENERATED BY"
              + " DEFAULT AS IDENTITY UNIQUE\" and map that as the id");
    } else if (!key.notNull() || !isUnique(catalog, table, key)) {
      catalog.addProblem(
          column
              + (catalog.isPartitioned(table)
                  ? " is not a key: it must be NOT NULL, and a unique index must begin with it and"
                      + " have no other columns than those of the partitions; make it and these the"
                      + " primary key"
                  : " is not a key: it must be NOT NULL, and unique by itself and at once; make it"
                      + " the primary key, or add NOT NULL and UNIQUE"));
    }
    return key;
  }

  private static boolean isUnique(TableCatalog catalog, String table, Column key) {
    return key.unique() || (catalog.isPartitioned(table) && key.uniqueInPartition());
  }

  private static Bodies bodies(TableCatalog catalog, ArchiveMapping mapping) {
    Related rows = mapping.bodies().orElseGet(() -> new Related(mapping.messages(), mapping.id()));
    String table = rows.table();
    boolean separate = !table.equals(mapping.messages());
    Column key =
        separate
            ? catalog.column(table, rows.messageId(), Kind.INTEGER)
            : catalog.column(table, mapping.id(), Kind.INTEGER, Kind.values());
    if (separate) {
      catalog.requireWatchable(table);
      if (!isUnique(catalog, table, key)) {
        catalog.addProblem(
            TableCatalog.column(table, key.name())
                + " is not unique, but a message has one body: add UNIQUE"
                + (catalog.isPartitioned(table)
                    ? " with it and the columns of the partitions"
                    : ""));
      }
    } else if (!rows.messageId().equals(mapping.id())) {
      catalog.addProblem(
          TableCatalog.column(table, rows.messageId())
              + " can't lead to bodies in the table of messages itself: map no table of bodies");
    }
    return new Bodies(
        table,
        catalog.isPartitioned(table),
        key,
        mapping.text().map(name -> body(catalog, table, name, separate)),
        mapping.html().map(name -> body(catalog, table, name, separate)),
        separate);
  }

  private static Column body(TableCatalog catalog, String table, String name, boolean separate) {
    Column column = catalog.column(table, name, Kind.TEXT);
    return separate
        ? catalog.requireStored(table, column)
        : catalog.requireSeenBefore(table, column);
  }

  private static Column deleted(TableCatalog catalog, String table, Deleted deleted) {
    return catalog.requireSeenBefore(
        table,
        deleted.marker() == Marker.NULL_WHILE_LIVE
            ? catalog.column(table, deleted.column(), Kind.TIME, Kind.values())
            : catalog.column(table, deleted.column(), Kind.BOOLEAN, Kind.INTEGER, Kind.NUMBER));
  }

  private static UnaryOperator<String> live(Deleted deleted, Column column) {
    if (deleted.marker() == Marker.NULL_WHILE_LIVE) {
      return alias -> column.of(alias) + " IS NULL";
    }
    return column.kind() == Kind.BOOLEAN
        ? alias -> column.of(alias) + " IS NOT TRUE"
        : alias -> "coalesce(" + column.of(alias) + ", 0) = 0";
  }

  private static GroupKey groupKey(TableCatalog catalog, String schema, String table, Name name) {
    Column column =
        catalog.requireStored(
            table,
            catalog.column(table, name.column(), Kind.TEXT, Kind.INTEGER, Kind.ENUM, Kind.UUID));
    return new GroupKey(
        Optional.of(column),
        name.lookup().map(lookup -> lookupTable(catalog, schema, column, lookup)));
  }

  /** Returns a table of names. Its key must be of the kind of the column that refers to it. */
  static GroupKey.LookupTable lookupTable(
      TableCatalog catalog, String schema, Column column, Lookup lookup) {
    Column key = catalog.column(lookup.table(), lookup.key(), column.kind());
    if (key.kind() == Kind.ENUM && !key.base().equals(column.base())) {
      catalog.addProblem(
          TableCatalog.column(lookup.table(), key.name())
              + " is not of the enum "
              + column.type()
              + ": map the column that "
              + Database.quote(column.name())
              + " refers to");
    }
    return new GroupKey.LookupTable(
        qualified(schema, lookup.table()),
        key,
        catalog.column(lookup.table(), lookup.name(), Kind.TEXT, Kind.ENUM));
  }

  static String qualified(String schema, String table) {
    return Database.quote(schema) + '.' + Database.quote(table);
  }

  /** Returns a delimiter for a quotation that occurs in none of the names. */
  private static String dollarQuote(String names) {
    int number = 0;
    while (names.contains("$embed" + number + "$")) {
      number++;
    }
    return "$embed" + number + "$";
  }

  FilterConditions filters() {
    return filters;
  }

  boolean hasSeparateBodies() {
    return bodies.separate;
  }

  /** Returns whether rows of messages, and not statements, fire the triggers. */
  boolean isPartitioned() {
    return partitioned;
  }

  /** Returns whether there is a separate table of bodies that is partitioned. */
  boolean hasPartitionedBodies() {
    return bodies.separate && bodies.partitioned;
  }

  /**
   * Returns the columns, with their tables, whose values only the host keeps unique across
   * partitions.
   */
  Map<String, String> looselyUnique() {
    Map<String, String> loose = new LinkedHashMap<>();
    if (!id.unique()) {
      loose.put("{messages}", "{id}");
    }
    if (bodies.separate && !bodies.key.unique()) {
      loose.put("{bodies}", "{body_message_id}");
    }
    return loose;
  }

  /** Returns what triggers, columns and indexes depend on, by name. */
  Map<String, String> installedParts() {
    Map<String, String> installed = new LinkedHashMap<>();
    installed.put("messages", Database.quote(messages));
    installed.put("id", id.of(""));
    installed.put("bodies", Database.quote(bodies.table));
    installed.put("messageId", bodies.key.of(""));
    installed.put("subject", text(subject, ""));
    installed.put("text", text(bodies.text, ""));
    installed.put("html", text(bodies.html, ""));
    installed.put("live", live.apply(""));
    installed.put("type", type.of(""));
    installed.put("source", source.of(""));
    return installed;
  }

  /** Returns what these parts are, whatever their names: equal ones were at most renamed. */
  String installedColumns() {
    return Stream.of(
            Optional.of(id),
            Optional.of(bodies.key),
            subject,
            bodies.text,
            bodies.html,
            deleted,
            type.column(),
            source.column())
        .map(column -> column.map(Column::identity).orElse("-"))
        .collect(Collectors.joining(" ", "", " " + liveForm()));
  }

  /** Returns the condition for live messages without the name of its column. */
  private String liveForm() {
    return deleted.map(column -> live.apply("").replace(column.of(""), "deleted")).orElse("true");
  }

  /**
   * Returns what a placeholder stands for. Those of {@link DetailsSql} are about the row {@code m},
   * so they take no alias.
   */
  @Override
  public Optional<String> resolve(String alias, String name) {
    return Optional.ofNullable(expand(alias, name));
  }

  private @Nullable String expand(String alias, String name) {
    return switch (name) {
      case "messages" -> qualified(schema, messages);
      case "bodies" -> qualified(schema, bodies.table);
      case "id" -> id.of(alias);
      case "body_message_id" -> bodies.key.of(alias);
      case "subject" -> text(subject, alias);
      case "text" -> text(bodies.text, alias);
      case "html" -> text(bodies.html, alias);
      case "message_text" -> bodies.separate ? NULL_TEXT : text(bodies.text, alias);
      case "message_html" -> bodies.separate ? NULL_TEXT : text(bodies.html, alias);
      case "live" -> live.apply(alias);
      case "where_live" -> live.apply("").equals("true") ? "" : "WHERE " + live.apply("");
      case "type" -> type.of(alias);
      case "source" -> source.of(alias);
      case "type_in" -> type.matchesAny(alias + ".type", "types");
      case "source_in" -> source.matchesAny(alias + ".source", "sources");
      case "counted_type" -> type.counted(alias);
      case "counted_source" -> source.counted(alias);
      case "counted_type_definition" -> type.countedType();
      case "counted_source_definition" -> source.countedType();
      case "counted_type_in" -> type.countedMatchesAny(alias + ".type", "types");
      case "counted_source_in" -> source.countedMatchesAny(alias + ".source", "sources");
      case "indexed" ->
          groupingColumns("").map(key -> '(' + key + ')').collect(Collectors.joining(", "));
      case "group" -> groupingColumns(alias).collect(Collectors.joining(", "));
      case "group_of" -> groupOf(alias);
      case "after_group" -> afterGroup(alias);
      case "renewed" -> "CASE " + alias + ".embed_rev WHEN -1 THEN -2 ELSE -1 END";
      case "quote" -> quote;
      case "inner_quote" -> innerQuote;
      default -> details.find(name);
    };
  }

  private static String text(Optional<Column> column, String alias) {
    return column.map(known -> known.text(alias)).orElse(NULL_TEXT);
  }

  private Stream<String> groupingColumns(String alias) {
    return Stream.concat(
        Stream.of("coalesce(" + (alias.isEmpty() ? "" : alias + ".") + "embed_gen, 0)"),
        Stream.of(type, source).filter(GroupKey::isMapped).map(key -> key.of(alias)));
  }

  /** Returns the columns of {@code group}, from a row of a group's generation, type and source. */
  private String groupOf(String alias) {
    return alias
        + ".gen"
        + (type.isMapped() ? ", " + alias + ".type" : "")
        + (source.isMapped() ? ", " + alias + ".source" : "");
  }

  /** Returns the condition that a row is in a later group of the generation of {@code g}. */
  private String afterGroup(String alias) {
    String keys =
        Stream.of(type, source)
            .filter(GroupKey::isMapped)
            .map(key -> key.of(alias))
            .collect(Collectors.joining(", "));
    String last =
        Stream.of(type.isMapped() ? "g.type" : "", source.isMapped() ? "g.source" : "")
            .filter(key -> !key.isEmpty())
            .collect(Collectors.joining(", "));
    return keys.isEmpty()
        ? "false"
        : "coalesce(" + alias + ".embed_gen, 0) = g.gen AND (" + keys + ") > (" + last + ")";
  }
}
