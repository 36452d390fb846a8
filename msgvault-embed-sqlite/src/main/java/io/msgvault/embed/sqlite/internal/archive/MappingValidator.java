package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Deleted;
import io.msgvault.embed.mapping.ArchiveMapping.Labels;
import io.msgvault.embed.mapping.ArchiveMapping.Lookup;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.Time;
import io.msgvault.embed.sqlite.internal.archive.TableCatalog.Column;
import io.msgvault.embed.sqlite.internal.archive.TableCatalog.KeyColumn;
import io.msgvault.embed.sqlite.internal.archive.TableCatalog.Table;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks whether the tables of a file fit a mapping, and finds their unique keys. */
public final class MappingValidator {
  private final Session session;
  private final ArchiveMapping mapping;
  private final MappedSql names;
  private final TableCatalog catalog;
  private final List<String> problems = new ArrayList<>();

  public MappingValidator(Session session, MappedSql names) {
    this.session = session;
    this.names = names;
    this.mapping = names.mapping();
    this.catalog = new TableCatalog(session);
  }

  /** Returns everything that is missing or cannot be used, each with its remedy. */
  public List<String> problems() throws SQLException {
    problems.clear();
    Optional<Table> messages = requireOrdinaryTable(mapping.messages());
    if (messages.isPresent()) {
      requireKey(messages.get());
      requireInput(mapping.messages(), mapping.subject());
      requireInput(mapping.messages(), mapping.deleted().map(Deleted::column));
      require(mapping.messages(), mapping.type());
      require(mapping.messages(), mapping.sentAt().map(Time::column));
      require(mapping.messages(), mapping.sizeBytes());
      require(mapping.messages(), mapping.conversation());
    }
    if (mapping.bodies().isPresent()) {
      requireBodies(mapping.bodies().get());
    } else if (messages.isPresent()) {
      requireInput(mapping.messages(), mapping.text());
      requireInput(mapping.messages(), mapping.html());
    }
    requireName(mapping.messages(), mapping.source());
    requireName(mapping.messages(), mapping.sender());
    if (mapping.recipients().isPresent()) {
      Recipients recipients = mapping.recipients().get();
      require(recipients.rows());
      require(recipients.rows().table(), recipients.kind());
      requireName(recipients.rows().table(), Optional.of(recipients.address()));
    }
    if (mapping.labels().isPresent()) {
      Labels labels = mapping.labels().get();
      require(labels.rows());
      requireName(labels.rows().table(), Optional.of(labels.label()));
    }
    if (mapping.attachments().isPresent()) {
      require(mapping.attachments().get().rows());
      require(mapping.attachments().get().rows().table(), mapping.attachments().get().name());
    }
    return List.copyOf(new LinkedHashSet<>(problems));
  }

  private void requireKey(Table messages) throws SQLException {
    String name = mapping.messages();
    if (messages.column(mapping.id()).isEmpty()) {
      require(name, Optional.of(mapping.id()));
      return;
    }
    if (!messages.isRowid(mapping.id())) {
      problems.add(
          qualified(name, mapping.id())
              + " is not the table's INTEGER PRIMARY KEY: 64-bit integers that never change identify"
              + " messages. Copy the table into one with an INTEGER PRIMARY KEY, with the old key in"
              + " a UNIQUE column, and map that");
      return;
    }
    try (PreparedStatement lowest =
            session.prepareOnce(names.render("SELECT min({id}) FROM {messages}"));
        ResultSet row = lowest.executeQuery()) {
      if (row.next() && row.getLong(1) <= 0 && !row.wasNull()) {
        problems.add(
            qualified(name, mapping.id())
                + " has the value "
                + row.getLong(1)
                + ": ids of messages must be positive. Give these rows other ids");
      }
    }
  }

  private void requireBodies(Related bodies) {
    if (TableCatalog.fold(bodies.table()).equals(TableCatalog.fold(mapping.messages()))) {
      problems.add(
          "the table of bodies is the table of messages: map text and HTML without bodies()");
      return;
    }
    Optional<Table> table = requireOrdinaryTable(bodies.table());
    if (table.isEmpty()) {
      return;
    }
    require(bodies);
    requireInput(bodies.table(), mapping.text());
    requireInput(bodies.table(), mapping.html());
    Optional<Column> messageId = table.get().column(bodies.messageId());
    if (messageId.isPresent() && !messageId.get().isNumeric()) {
      problems.add(
          qualified(bodies.table(), bodies.messageId())
              + " is of type '"
              + messageId.get().type()
              + "', so no index leads from a message to its body: make it an INTEGER");
    } else if (messageId.isPresent() && !table.get().isUnique(bodies.messageId())) {
      problems.add(
          qualified(bodies.table(), bodies.messageId())
              + " may hold a message twice: create a unique index on it");
    }
  }

  /** Returns a table whose rows triggers can watch. */
  private Optional<Table> requireOrdinaryTable(String name) {
    Optional<Table> table = table(name);
    if (table.isPresent() && !table.get().kind().equals("table")) {
      problems.add(
          MappedSql.quote(name)
              + " is a "
              + table.get().kind()
              + ": map an ordinary table, because only that can have the triggers");
      return Optional.empty();
    }
    return table;
  }

  private Optional<Table> table(String name) {
    Optional<Table> table = catalog.table(name);
    if (table.isEmpty()) {
      problems.add("there is no table " + MappedSql.quote(name) + ": correct its name");
    }
    return table;
  }

  private void require(Related rows) {
    require(rows.table(), Optional.of(rows.messageId()));
  }

  private void requireName(String table, Optional<Name> name) {
    if (name.isPresent()) {
      require(table, Optional.of(name.get().column()));
      if (name.get().lookup().isPresent()) {
        Lookup lookup = name.get().lookup().get();
        require(lookup.table(), Optional.of(lookup.key()));
        require(lookup.table(), Optional.of(lookup.name()));
      }
    }
  }

  private void require(String table, Optional<String> column) {
    if (column.isPresent()) {
      Optional<Table> found = table(table);
      if (found.isPresent() && found.get().column(column.get()).isEmpty()) {
        problems.add("there is no column " + qualified(table, column.get()) + ": correct its name");
      }
    }
  }

  private void requireInput(String table, Optional<String> column) {
    require(table, column);
    if (column.isPresent()
        && table(table).flatMap(found -> found.column(column.get())).stream()
            .anyMatch(Column::generated)) {
      problems.add(
          qualified(table, column.get())
              + " is generated, and no trigger sees it change: map the columns it is computed from");
    }
  }

  // Unique keys

  /**
   * Returns the names of scripts that tell which rows a write may replace because of a unique key,
   * as queries for their ids. Each message has the key of its id; a body may have none but that of
   * its message, and its name is empty then.
   *
   * <p>A query has a part for each key. Joined by OR, conditions with a collation would lead to no
   * index.
   */
  Map<String, String> conflicts() {
    List<List<KeyColumn>> ofMessages =
        catalog.table(mapping.messages()).map(Table::allKeys).orElse(List.of());
    List<List<KeyColumn>> ofBodies =
        mapping
            .bodies()
            .flatMap(
                bodies ->
                    catalog
                        .table(bodies.table())
                        .map(table -> table.keysExcept(bodies.messageId())))
            .orElse(List.of());
    return Map.of(
        "conflicts",
        conflicts("SELECT {o.id} AS id FROM {messages} o WHERE ", ofMessages),
        "conflict_columns",
        ofMessages.stream()
            .flatMap(List::stream)
            .map(KeyColumn::name)
            .distinct()
            .map(MappedSql::quote)
            .collect(Collectors.joining(", ")),
        "body_conflicts",
        conflicts("SELECT {o.body_id} AS id FROM {bodies} o WHERE ", ofBodies));
  }

  private String conflicts(String select, List<List<KeyColumn>> keys) {
    return keys.isEmpty()
        ? ""
        : keys.stream()
            .map(
                key ->
                    key.stream()
                        .map(MappingValidator::sameValue)
                        .collect(Collectors.joining(" AND ")))
            .collect(
                Collectors.joining(
                    "\n    UNION ALL " + names.render(select), names.render(select), ""));
  }

  /** Compares as the key does. The column itself may have another collation. */
  private static String sameValue(KeyColumn column) {
    String name = MappedSql.quote(column.name());
    return "o."
        + name
        + " = NEW."
        + name
        + column.collation().map(collation -> " COLLATE " + MappedSql.quote(collation)).orElse("");
  }

  private static String qualified(String table, String column) {
    return MappedSql.quote(table) + "." + MappedSql.quote(column);
  }
}
