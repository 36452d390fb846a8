package io.msgvault.embed.sqlite.internal.archive;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** SQLite's own tables about a file's tables, columns and indexes. */
public interface CatalogDao {
  @SqlQuery("PRAGMA encoding")
  String encoding();

  /** Returns the type of a table or view in capitals, if there is one of this name. */
  @SqlQuery(
      """
      SELECT upper(type) FROM sqlite_schema
       WHERE name = :name COLLATE NOCASE AND type IN ('table', 'view')
      """)
  Optional<String> objectType(String name);

  /** Returns the tables, indexes, views and triggers of the file. */
  @SqlQuery("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
  @RegisterRowMapper(DefinitionMapper.class)
  List<Definition> definitions();

  @SqlQuery("SELECT type, wr FROM pragma_table_list(:table) WHERE schema = 'main'")
  @RegisterRowMapper(KindMapper.class)
  Optional<Kind> kind(String table);

  @SqlQuery("SELECT name, type, pk, hidden FROM pragma_table_xinfo(:table)")
  @RegisterRowMapper(ColumnMapper.class)
  List<TableCatalog.Column> columns(String table);

  /**
   * Returns the columns of each unique key with their collations, in their order within the key.
   */
  @SqlQuery(
      """
      SELECT l.name AS key_name, l.origin, l.partial, i.name AS column_name, i.coll
        FROM pragma_index_list(:table) l CROSS JOIN pragma_index_xinfo(l.name) i
       WHERE l."unique" AND i."key" ORDER BY l.seq, i.seqno
      """)
  @RegisterRowMapper(KeyPartMapper.class)
  List<KeyPart> keyParts(String table);

  /** An object of a file, with the statement that created it. */
  record Definition(String name, String sql) {}

  /** The kind of a table. */
  record Kind(String name, boolean withoutRowid) {}

  /** One column of a unique key. The column of an expression has no name. */
  record KeyPart(
      String key, String origin, boolean partial, Optional<String> column, String collation) {}

  final class DefinitionMapper implements RowMapper<Definition> {
    @Override
    public Definition map(ResultSet row, StatementContext context) throws SQLException {
      return new Definition(row.getString("name"), row.getString("sql"));
    }
  }

  final class KindMapper implements RowMapper<Kind> {
    @Override
    public Kind map(ResultSet row, StatementContext context) throws SQLException {
      return new Kind(row.getString("type"), row.getBoolean("wr"));
    }
  }

  final class ColumnMapper implements RowMapper<TableCatalog.Column> {
    @Override
    public TableCatalog.Column map(ResultSet row, StatementContext context) throws SQLException {
      return new TableCatalog.Column(
          row.getString("name"), row.getString("type"), row.getInt("pk"), row.getInt("hidden") > 1);
    }
  }

  final class KeyPartMapper implements RowMapper<KeyPart> {
    @Override
    public KeyPart map(ResultSet row, StatementContext context) throws SQLException {
      return new KeyPart(
          row.getString("key_name"),
          row.getString("origin"),
          row.getBoolean("partial"),
          Optional.ofNullable(row.getString("column_name")),
          row.getString("coll"));
    }
  }
}
