package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.Watermark;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The tables {@code embed_binding} and {@code embed_generations}, and partitions of the others. */
@RegisterRowMapper(GenerationDao.GenerationMapper.class)
interface GenerationDao {
  @SqlQuery("SELECT archive_id FROM {schema}.embed_binding")
  Optional<UUID> archive();

  @SqlUpdate(
      """
      INSERT INTO {schema}.embed_binding (archive_id) VALUES (:archive)
      ON CONFLICT DO NOTHING""")
  void bind(UUID archive);

  @SqlQuery("SELECT * FROM {schema}.embed_generations ORDER BY id")
  List<Generation> all();

  @SqlQuery("SELECT * FROM {schema}.embed_generations WHERE id = :id")
  Optional<Generation> find(long id);

  /** Finds a generation, and prevents changes of it until the end of the transaction. */
  @SqlQuery("SELECT * FROM {schema}.embed_generations WHERE id = :id FOR SHARE")
  Optional<Generation> findLocked(long id);

  @SqlQuery(
      """
      INSERT INTO {schema}.embed_generations
             (id, model, dimension, text_policy, scope, state, created)
      VALUES (:id, :model, :dimension, :text, :scope, 'BUILDING', :now)
      RETURNING *""")
  Generation insert(
      long id, String model, int dimension, String text, String scope, OffsetDateTime now);

  @SqlUpdate("CREATE TABLE {schema}.{table}_{id} (LIKE {schema}.{table} INCLUDING ALL)")
  void createPartition(@Define String table, @Define long id);

  /** Waits for no reader of the others, unlike creating the table as a partition. */
  @SqlUpdate(
      "ALTER TABLE {schema}.{table} ATTACH PARTITION {schema}.{table}_{id} FOR VALUES IN ({id})")
  void attachPartition(@Define String table, @Define long id);

  @SqlUpdate(
      """
      UPDATE {schema}.embed_generations SET state = 'RETIRED', retired = :now
       WHERE state = 'ACTIVE'""")
  void retireActive(OffsetDateTime now);

  @SqlUpdate(
      """
      UPDATE {schema}.embed_generations
         SET state = 'ACTIVE', activated = :now, indexed_as = :indexedAs
       WHERE id = :id""")
  void activate(long id, String indexedAs, OffsetDateTime now);

  @SqlUpdate(
      """
      UPDATE {schema}.embed_generations SET state = 'RETIRED', retired = :now
       WHERE id = :id AND state <> 'RETIRED'""")
  void retire(long id, OffsetDateTime now);

  @SqlUpdate(
      """
      UPDATE {schema}.embed_generations
         SET state = 'BUILDING', activated = NULL, retired = NULL, last_backstop = NULL,
             watermark = 0, watermark_epoch = watermark_epoch + 1
       WHERE id = :id""")
  void revive(long id);

  /** Returns the tables of a generation that are there, without their schema. */
  @SqlQuery(
      """
      SELECT name FROM unnest(ARRAY['embed_chunks_' || :id, 'embed_messages_' || :id]) AS name
       WHERE to_regclass(:schema || '.' || name) IS NOT NULL""")
  List<String> partitions(String schema, String id);

  @SqlUpdate("DROP TABLE IF EXISTS {schema}.{table}")
  void drop(@Define String table);

  @SqlUpdate("UPDATE {schema}.embed_generations SET last_backstop = :began WHERE id = :id")
  int recordBackstop(long id, OffsetDateTime began);

  @SqlQuery(
      """
      SELECT watermark AS id, watermark_epoch AS epoch
        FROM {schema}.embed_generations WHERE id = :id""")
  @RegisterConstructorMapper(Watermark.class)
  Optional<Watermark> watermark(long id);

  @SqlUpdate(
      """
      UPDATE {schema}.embed_generations SET watermark = :to
       WHERE id = :id AND watermark = :from AND watermark_epoch = :epoch""")
  int advanceWatermark(long id, long from, long epoch, long to);

  @SqlUpdate(
      """
      UPDATE {schema}.embed_generations
         SET watermark = least(watermark, :to), watermark_epoch = watermark_epoch + 1""")
  int lowerWatermarks(long to);

  /** Reads a generation. */
  final class GenerationMapper implements RowMapper<Generation> {
    @Override
    public Generation map(ResultSet row, StatementContext context) throws SQLException {
      return Generation.builder(
              row.getLong("id"),
              new Fingerprint(
                  row.getString("model"),
                  row.getInt("dimension"),
                  row.getString("text_policy"),
                  Scope.parse(row.getString("scope"))),
              PgValues.time(row, "created"))
          .state(Generation.State.valueOf(row.getString("state")))
          .activated(PgValues.optionalTime(row, "activated"))
          .retired(PgValues.optionalTime(row, "retired"))
          .lastBackstop(PgValues.optionalTime(row, "last_backstop"))
          .build();
    }
  }
}
