package io.msgvault.embed.pgvector;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.LegacyTables;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A host's tables in a schema.
 *
 * @param type the type of the column of vectors, an array
 */
record PgHostTables(String schema, String type) implements LegacyTables {
  @Override
  public LegacyIndex legacyIndex(MessageStore store, Migration migration) {
    return ((PgMessageStore) store).legacyIndex(migration);
  }

  @Override
  public void createQueue(String table, String messageId, String generation) {
    execute(
        "CREATE TABLE %s (\"%s\" int NOT NULL, \"%s\" bigint NOT NULL)"
            .formatted(name(table), generation, messageId));
  }

  @Override
  public void enqueue(String table, long generation, List<Long> messageIds) {
    TestDatabase.jdbi()
        .useHandle(
            handle ->
                handle
                    .createUpdate(
                        "INSERT INTO " + name(table) + " SELECT :generation, unnest(:ids)")
                    .bind("generation", generation)
                    .bindArray("ids", Long.class, messageIds)
                    .execute());
  }

  @Override
  public void createVectors(String table) {
    execute(
        "CREATE TABLE %s (message bigint, part int, value %s, PRIMARY KEY (message, part))"
            .formatted(name(table), type));
  }

  @Override
  public void addVectors(String table, Map<Long, List<float[]>> vectors) {
    TestDatabase.jdbi()
        .useTransaction(
            handle ->
                vectors.forEach(
                    (id, chunks) -> {
                      // Backwards, so that only their numbers order them.
                      for (int i = chunks.size() - 1; i >= 0; i--) {
                        add(handle, table, id, i, Arrays.toString(chunks.get(i)));
                      }
                    }));
  }

  @Override
  public void addNull(String table, long messageId) {
    TestDatabase.jdbi().useHandle(handle -> add(handle, table, messageId, 1000, null));
  }

  @Override
  public void addMalformed(String table, long messageId) {
    TestDatabase.jdbi().useHandle(handle -> add(handle, table, messageId, 1001, "[NULL]"));
  }

  private void add(Handle handle, String table, long messageId, int part, @Nullable String value) {
    String literal = value == null ? null : value.replace('[', '{').replace(']', '}');
    handle
        .createUpdate(
            "INSERT INTO " + name(table) + " VALUES (:id, :part, CAST(:value AS " + type + "))")
        .bind("id", messageId)
        .bind("part", part)
        .bind("value", literal)
        .execute();
  }

  @Override
  public void removeVectors(String table, long messageId) {
    TestDatabase.jdbi()
        .useHandle(
            handle ->
                handle.execute("DELETE FROM " + name(table) + " WHERE message = ?", messageId));
  }

  @Override
  public boolean exists(String table) {
    return TestDatabase.jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT to_regclass(:name) IS NOT NULL")
                    .bind("name", name(table))
                    .mapTo(Boolean.class)
                    .one());
  }

  private void execute(String statement) {
    TestDatabase.jdbi().useHandle(handle -> handle.execute(statement));
  }

  private String name(String table) {
    return schema + ".\"" + table + '"';
  }
}
