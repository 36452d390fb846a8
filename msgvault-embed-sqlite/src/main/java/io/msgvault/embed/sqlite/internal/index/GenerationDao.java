package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.sqlite.internal.db.Times;
import io.msgvault.embed.store.Watermark;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The tables {@code embed_generations} and {@code embed_binding}. Times are in ISO 8601. */
public interface GenerationDao {
  /** Returns the archive that the vectors belong to, once it is known. */
  @SqlQuery("SELECT archive_id FROM embed_binding")
  Optional<String> binding();

  @SqlUpdate("INSERT INTO embed_binding (one, archive_id) VALUES (1, :archive)")
  void bind(String archive);

  @SqlQuery("SELECT * FROM embed_generations ORDER BY id")
  @RegisterRowMapper(GenerationMapper.class)
  List<Generation> all();

  @SqlQuery("SELECT * FROM embed_generations WHERE id = :id")
  @RegisterRowMapper(GenerationMapper.class)
  Optional<Generation> byId(long id);

  /** Returns the generation in a state other than RETIRED. */
  @SqlQuery("SELECT * FROM embed_generations WHERE state = :state AND state <> 'RETIRED'")
  @RegisterRowMapper(GenerationMapper.class)
  Optional<Generation> inState(Generation.State state);

  @SqlUpdate(
      """
      INSERT INTO embed_generations (id, model, dimension, text_policy, scope, state, created)
      VALUES (:id, :f.model, :f.dimension, :f.text, :scope, 'BUILDING', :created)
      """)
  void insert(long id, @BindMethods("f") Fingerprint fingerprint, String scope, String created);

  @SqlUpdate("UPDATE embed_generations SET state = 'ACTIVE', activated = :at WHERE id = :id")
  void activate(long id, String at);

  @SqlUpdate("UPDATE embed_generations SET state = 'RETIRED', retired = :at WHERE id = :id")
  void retire(long id, String at);

  @SqlUpdate(
      """
      UPDATE embed_generations
         SET state = 'BUILDING', activated = NULL, retired = NULL, last_backstop = NULL,
             watermark = 0, epoch = epoch + 1
       WHERE id = :id
      """)
  void revive(long id);

  /** Returns whether rows of a generation were dropped since it was retired. */
  @SqlQuery("SELECT dropping FROM embed_generations WHERE id = :id")
  boolean isDropping(long id);

  @SqlUpdate("UPDATE embed_generations SET dropping = 1 WHERE id = :id")
  void markDropping(long id);

  /** Returns whether a generation has tables of vectors. */
  @SqlQuery("SELECT count(*) FROM embed_generations WHERE id = :id AND dropped IS NULL")
  boolean hasVectors(long id);

  @SqlUpdate("UPDATE embed_generations SET dropped = :at WHERE id = :id")
  void markDropped(long id, String at);

  @SqlUpdate("UPDATE embed_generations SET last_backstop = :began WHERE id = :id")
  int recordBackstop(long id, String began);

  @SqlQuery("SELECT watermark, epoch FROM embed_generations WHERE id = :id")
  @RegisterRowMapper(WatermarkMapper.class)
  Optional<Watermark> watermark(long id);

  @SqlUpdate(
      """
      UPDATE embed_generations SET watermark = :to
       WHERE id = :id AND watermark = :from.id AND epoch = :from.epoch
      """)
  int advance(long id, @BindMethods("from") Watermark from, long to);

  @SqlUpdate("UPDATE embed_generations SET watermark = min(watermark, :id), epoch = epoch + 1")
  void lowerWatermarks(long id);

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
              Instant.parse(row.getString("created")))
          .state(Generation.State.valueOf(row.getString("state")))
          .activated(Times.parseOptional(row.getString("activated")))
          .retired(Times.parseOptional(row.getString("retired")))
          .lastBackstop(Times.parseOptional(row.getString("last_backstop")))
          .build();
    }
  }

  /** Reads a watermark. */
  final class WatermarkMapper implements RowMapper<Watermark> {
    @Override
    public Watermark map(ResultSet row, StatementContext context) throws SQLException {
      return new Watermark(row.getLong("watermark"), row.getLong("epoch"));
    }
  }
}
