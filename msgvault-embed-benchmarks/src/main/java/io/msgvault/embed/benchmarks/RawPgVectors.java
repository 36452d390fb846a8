package io.msgvault.embed.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Plain SQL over the table and the index of one of our generations. */
record RawPgVectors(PgSchema schema, long generation, int dimension) implements VectorBackend {
  private static final String SEARCH =
      """
      SELECT message_id FROM %s.embed_chunks_%d
       ORDER BY CAST(embedding AS vector(%d)) <=> CAST(? AS vector(%3$d)) LIMIT ?""";

  @Override
  public String name() {
    return "plain SQL over our table";
  }

  @Override
  public String manualSteps() {
    return "hnsw.ef_search";
  }

  @Override
  public void add(int first, List<float[]> vectors) {
    throw new UnsupportedOperationException("it searches what the generation has");
  }

  @Override
  public void finishFill() {
    throw new UnsupportedOperationException("it searches what the generation has");
  }

  @Override
  public List<Integer> search(float[] query, int k) {
    List<Integer> found = new ArrayList<>();
    try (Connection connection = schema.dataSource().getConnection();
        PreparedStatement search =
            connection.prepareStatement(SEARCH.formatted(schema.name(), generation, dimension))) {
      search.setString(1, Arrays.toString(query));
      search.setInt(2, k);
      try (ResultSet rows = search.executeQuery()) {
        while (rows.next()) {
          found.add((int) rows.getLong(1) - 1);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }
}
