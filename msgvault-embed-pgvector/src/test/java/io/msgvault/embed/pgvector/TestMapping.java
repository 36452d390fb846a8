package io.msgvault.embed.pgvector;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.testkit.Capability;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Maps the tables of one archive of the tests. */
abstract class TestMapping {
  private final String name;
  private final ArchiveMapping mapping;
  private final List<String> emptied;

  /** Schemas to be emptied and used again, since creating one takes long. */
  private final Deque<String> empty = new ArrayDeque<>();

  /**
   * Tables by their mapping.
   *
   * @param name what {@link TestMappings} calls them
   * @param emptied the tables without which there is nothing, quoted
   */
  TestMapping(String name, ArchiveMapping mapping, List<String> emptied) {
    this.name = name;
    this.mapping = mapping;
    this.emptied = emptied;
  }

  final String name() {
    return name;
  }

  @Override
  public final String toString() {
    return name;
  }

  final ArchiveMapping mapping() {
    return mapping;
  }

  /** Returns the host's own statements that create the tables. */
  abstract String statements();

  /** Creates a schema with the tables. */
  final void create(DataSource dataSource, String schema) {
    script(
        dataSource,
        "CREATE SCHEMA %1$s; SET LOCAL search_path = %1$s;\n%2$s".formatted(schema, statements()));
  }

  /** Creates the tables, and installs an archive over them. */
  void install(DataSource dataSource, String schema) {
    create(dataSource, schema);
    PgMessageStore.install(dataSource, schema, mapping).close();
  }

  /** Opens a store over the tables. */
  PgMessageStore open(DataSource dataSource, String schema) {
    return PgMessageStore.open(dataSource, schema, mapping);
  }

  /** Writes in a transaction whose search path names the schema. */
  abstract ArchiveWriter writer(Handle handle);

  /** Returns the statements for raw writes, by name. */
  abstract Map<String, List<String>> rawWrites();

  /** Returns the statements that move a body to the next message, by name. */
  Map<String, List<String>> rawMoves() {
    return Map.of();
  }

  /** Returns the statements for raw removals, by name. */
  abstract Map<String, List<String>> rawRemovals();

  /** Returns what the tables store of a message. */
  ArchiveMessage asStored(ArchiveMessage message) {
    return message;
  }

  /** Returns the capabilities that the archive lacks. */
  Set<Capability> unsupported() {
    return Set.of(Capability.NUL_CHARACTERS);
  }

  /** Returns the name of a schema with an empty archive. */
  final String acquire() {
    synchronized (empty) {
      if (!empty.isEmpty()) {
        return empty.pop();
      }
    }
    String schema = TestDatabase.freshName();
    install(TestDatabase.pool(), schema);
    return schema;
  }

  final void release(String schema) {
    String suffix = mapping.suffix();
    TestDatabase.jdbi()
        .useTransaction(
            handle -> {
              handle.execute("SET LOCAL search_path = " + schema);
              handle.execute(emptying());
              handle.execute("TRUNCATE embed_removed%1$s, embed_counts%1$s".formatted(suffix));
              handle.execute(
                  "UPDATE embed_archive%s SET archive_id = gen_random_uuid(), generation = 0"
                      .formatted(suffix));
            });
    synchronized (empty) {
      empty.push(schema);
    }
  }

  /** Returns the statements that empty the tables. */
  String emptying() {
    return "TRUNCATE " + String.join(", ", emptied) + " RESTART IDENTITY CASCADE";
  }

  /** Executes statements as they are, in one transaction. */
  static void script(DataSource dataSource, String statements) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void requireOneRow(int rows) {
    if (rows != 1) {
      throw new NoSuchElementException("no message has this id");
    }
  }

  static @Nullable String orNull(String part) {
    return part.isEmpty() ? null : part;
  }
}
