package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Deleted;
import io.msgvault.embed.mapping.ArchiveMapping.Labels;
import io.msgvault.embed.mapping.ArchiveMapping.Lookup;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.Time;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables that a mapping names, as they are in a file: whether they fit, and their unique keys.
 */
public final class MappingValidator {
  /** A column of a table. */
  private record Column(String name, String type, int keyPart, boolean generated) {
    /**
     * Whether an index on it serves a comparison with an integer: by the rules of <a
     * href="https://www.sqlite.org/datatype3.html#determination_of_column_affinity">column
     * affinity</a>.
     */
    boolean isNumeric() {
      String declared = type.toUpperCase(Locale.ROOT);
      return declared.contains("INT")
          || !(declared.isEmpty()
              || declared.equals("ANY")
              || Stream.of("CHAR", "CLOB", "TEXT", "BLOB").anyMatch(declared::contains));
    }
  }

  /** A unique key; of an expression there is no name. */
  private record UniqueKey(String origin, boolean partial, List<Optional<String>> columns) {}

  private record Table(
      String kind, boolean withoutRowid, Map<String, Column> columns, List<UniqueKey> keys) {
    Optional<Column> column(String name) {
      return Optional.ofNullable(columns.get(lowerCased(name)));
    }

    /** Whether the column is another name of the row's number. */
    boolean isRowid(String column) {
      List<Column> key = columns.values().stream().filter(part -> part.keyPart > 0).toList();
      return !withoutRowid
          && key.size() == 1
          && lowerCased(key.get(0).name).equals(lowerCased(column))
          && keys.stream().noneMatch(unique -> unique.origin.equals("pk"));
    }

    /** Whether no two rows have the same value in the column. */
    boolean isUnique(String column) {
      return isRowid(column)
          || keys.stream()
              .anyMatch(
                  key ->
                      !key.partial
                          && key.columns.size() == 1
                          && key.columns
                              .get(0)
                              .map(MappingValidator::lowerCased)
                              .equals(Optional.of(lowerCased(column))));
    }
  }

  private final Session session;
  private final ArchiveMapping mapping;
  private final Map<String, Optional<Table>> tables = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  public MappingValidator(Session session, ArchiveMapping mapping) {
    this.session = session;
    this.mapping = mapping;
  }

  /** What is missing or can't be worked over, each with the way out. */
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
      require(mapping.attachments().get());
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
              + " is not the table's INTEGER PRIMARY KEY: messages are known by 64-bit integers that"
              + " never change. Copy the table into one with an INTEGER PRIMARY KEY, with the former"
              + " key in a UNIQUE column, and map that");
      return;
    }
    try (PreparedStatement lowest =
            session.prepareOnce(new MappedSql(mapping).render("SELECT min({id}) FROM {messages}"));
        ResultSet row = lowest.executeQuery()) {
      if (row.next() && row.getLong(1) <= 0 && !row.wasNull()) {
        problems.add(
            qualified(name, mapping.id())
                + " has the value "
                + row.getLong(1)
                + ": ids of messages are positive. Give these rows others");
      }
    }
  }

  private void requireBodies(Related bodies) throws SQLException {
    if (lowerCased(bodies.table()).equals(lowerCased(mapping.messages()))) {
      problems.add(
          "the table of bodies is that of the messages: map text and HTML without bodies()");
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
              + messageId.get().type
              + "', so no index leads from a message to its body: make it an INTEGER");
    } else if (messageId.isPresent() && !table.get().isUnique(bodies.messageId())) {
      problems.add(
          qualified(bodies.table(), bodies.messageId())
              + " may have a message twice: create a unique index on it");
    }
  }

  /** A table whose rows triggers can watch. */
  private Optional<Table> requireOrdinaryTable(String name) throws SQLException {
    Optional<Table> table = table(name);
    if (table.isPresent() && !table.get().kind.equals("table")) {
      problems.add(
          MappedSql.quote(name)
              + " is a "
              + table.get().kind
              + ": map an ordinary table, since triggers watch over it");
      return Optional.empty();
    }
    return table;
  }

  private Optional<Table> table(String name) throws SQLException {
    String key = lowerCased(name);
    if (!tables.containsKey(key)) {
      tables.put(key, read(name));
    }
    Optional<Table> table = tables.getOrDefault(key, Optional.empty());
    if (table.isEmpty()) {
      problems.add("there is no table " + MappedSql.quote(name) + ": correct its name");
    }
    return table;
  }

  private void require(Related rows) throws SQLException {
    require(rows.table(), Optional.of(rows.messageId()));
  }

  private void requireName(String table, Optional<Name> name) throws SQLException {
    if (name.isPresent()) {
      require(table, Optional.of(name.get().column()));
      if (name.get().lookup().isPresent()) {
        Lookup lookup = name.get().lookup().get();
        require(lookup.table(), Optional.of(lookup.key()));
        require(lookup.table(), Optional.of(lookup.name()));
      }
    }
  }

  private void require(String table, Optional<String> column) throws SQLException {
    if (column.isPresent()) {
      Optional<Table> found = table(table);
      if (found.isPresent() && found.get().column(column.get()).isEmpty()) {
        problems.add("there is no column " + qualified(table, column.get()) + ": correct its name");
      }
    }
  }

  private void requireInput(String table, Optional<String> column) throws SQLException {
    require(table, column);
    if (column.isPresent()
        && table(table).flatMap(found -> found.column(column.get())).stream()
            .anyMatch(Column::generated)) {
      problems.add(
          qualified(table, column.get())
              + " is generated, and no trigger sees it change: map the columns it is made of");
    }
  }

  // Unique keys

  /**
   * The words of scripts that tell which rows a write may replace because of a unique key: none
   * where there is no such key but the id.
   */
  Map<String, String> conflicts() throws SQLException {
    Map<String, String> words = new HashMap<>();
    List<List<String>> ofMessages = keys(mapping.messages(), mapping.id());
    words.put("conflicts", conflicts(ofMessages));
    words.put(
        "conflict columns",
        ofMessages.stream()
            .flatMap(List::stream)
            .distinct()
            .map(MappedSql::quote)
            .collect(Collectors.joining(", ")));
    words.put(
        "body conflicts",
        mapping.bodies().isEmpty()
            ? ""
            : conflicts(keys(mapping.bodies().get().table(), mapping.bodies().get().messageId())));
    return words;
  }

  /**
   * The columns of each unique key but the one on this column alone. A key on an expression is left
   * out; one on some rows counts as if it were on all, which names too many.
   */
  private List<List<String>> keys(String name, String id) throws SQLException {
    Optional<Table> table = table(name);
    if (table.isEmpty()) {
      return List.of();
    }
    Set<List<String>> keys = new LinkedHashSet<>();
    for (Column column : table.get().columns.values()) {
      if (table.get().isRowid(column.name)) {
        keys.add(List.of(column.name));
      }
    }
    for (UniqueKey unique : table.get().keys) {
      if (unique.columns.stream().allMatch(Optional::isPresent)) {
        keys.add(unique.columns.stream().map(Optional::orElseThrow).toList());
      }
    }
    return keys.stream()
        .filter(key -> key.size() != 1 || !lowerCased(key.get(0)).equals(lowerCased(id)))
        .toList();
  }

  private static String conflicts(List<List<String>> keys) {
    return keys.stream()
        .map(
            key ->
                key.stream()
                    .map(MappedSql::quote)
                    .map(column -> "o." + column + " = NEW." + column)
                    .collect(Collectors.joining(" AND ", "(", ")")))
        .collect(Collectors.joining(" OR "));
  }

  // Reading

  private Optional<Table> read(String name) throws SQLException {
    PreparedStatement found =
        session.prepare("SELECT type, wr FROM pragma_table_list(?) WHERE schema = 'main'");
    found.setString(1, name);
    try (ResultSet row = found.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      String kind = row.getString(1);
      boolean withoutRowid = row.getBoolean(2);
      return Optional.of(new Table(kind, withoutRowid, columns(name), uniques(name)));
    }
  }

  private Map<String, Column> columns(String table) throws SQLException {
    PreparedStatement select =
        session.prepare("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)");
    select.setString(1, table);
    Map<String, Column> columns = new HashMap<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        columns.put(
            lowerCased(row.getString(1)),
            new Column(row.getString(1), row.getString(2), row.getInt(3), row.getInt(4) > 1));
      }
    }
    return columns;
  }

  private List<UniqueKey> uniques(String table) throws SQLException {
    PreparedStatement select =
        session.prepare(
            """
            SELECT l.name, l.origin, l.partial, i.name
              FROM pragma_index_list(?) l CROSS JOIN pragma_index_info(l.name) i
             WHERE l."unique" ORDER BY l.seq, i.seqno
            """);
    select.setString(1, table);
    Map<String, UniqueKey> uniques = new HashMap<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        String origin = row.getString(2);
        boolean partial = row.getBoolean(3);
        uniques
            .computeIfAbsent(
                row.getString(1), index -> new UniqueKey(origin, partial, new ArrayList<>()))
            .columns
            .add(Optional.ofNullable(row.getString(4)));
      }
    }
    return List.copyOf(uniques.values());
  }

  private static String qualified(String table, String column) {
    return MappedSql.quote(table) + "." + MappedSql.quote(column);
  }

  /** Names of tables and columns differ in more than the case of ASCII letters. */
  private static String lowerCased(String name) {
    return MessageFilter.fold(name);
  }
}
