package io.msgvault.embed.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.sqlite.SQLiteConfig;

/**
 * Measures the SQLite extension sqlite-vec. The installed npm fetches it once, as a package with
 * compiled code.
 */
final class SqliteVec {
  private static final String PACKAGE = "sqlite-vec-linux-x64@0.1.9";
  private static final int QUERIES = 10;
  private static final int ROUNDS = 2;
  private static final int TRANSACTION = 10_000;

  private SqliteVec() {}

  /**
   * Measures the same vectors.
   *
   * @param ours our search of the same vectors
   * @return the median of its searches divided by ours; empty, with a message, if the extension is
   *     not available
   */
  static OptionalDouble measure(
      Workspace workspace,
      PerturbedVectors cloud,
      int vectors,
      List<float[]> queries,
      List<Set<Long>> truth,
      Function<float[], Set<Long>> ours)
      throws IOException, InterruptedException {
    Optional<Path> extension = extension();
    if (extension.isEmpty()) {
      System.out.println("sqlite-vec: left out, since npm could not fetch " + PACKAGE);
      return OptionalDouble.empty();
    }
    SQLiteConfig config = new SQLiteConfig();
    config.enableLoadExtension(true);
    try (Connection connection =
        config.createConnection("jdbc:sqlite:" + workspace.path("sqlite-vec.db"))) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT load_extension('" + extension.get() + "')");
        statement.execute("PRAGMA journal_mode = WAL");
        statement.execute(
            "CREATE VIRTUAL TABLE vectors USING vec0 (vector float[%d] distance_metric=cosine)"
                .formatted(cloud.dimension()));
      }
      long began = System.nanoTime();
      fill(connection, cloud, vectors);
      System.out.printf("sqlite-vec: filled in %.1f s%n", (System.nanoTime() - began) / 1e9);
      List<SearchTimings> timings;
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT rowid FROM vectors WHERE vector MATCH ? AND k = 10")) {
        timings =
            SearchTimings.alternating(
                queries.subList(0, QUERIES),
                truth.subList(0, QUERIES),
                ROUNDS,
                List.of(query -> search(select, query), ours));
      }
      System.out.printf(
          "sqlite-vec: %s%nours, one thread, in turn with it: %s (%d queries)%n",
          timings.get(0), timings.get(1), QUERIES);
      return OptionalDouble.of(timings.get(0).percentile(50) / timings.get(1).percentile(50));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<Path> extension() throws IOException, InterruptedException {
    Path extension =
        Workspace.CACHE
            .toAbsolutePath()
            .resolve("node_modules/sqlite-vec-linux-x64/vec0.so")
            .normalize();
    if (!Files.exists(extension)) {
      Files.createDirectories(Workspace.CACHE);
      try {
        new ProcessBuilder(
                "npm", "install", "--no-save", "--prefix", Workspace.CACHE.toString(), PACKAGE)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
      } catch (IOException noNpm) {
        System.out.println("sqlite-vec: " + noNpm.getMessage());
      }
    }
    return Optional.of(extension).filter(Files::exists);
  }

  private static void fill(Connection connection, PerturbedVectors cloud, int vectors)
      throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO vectors (rowid, vector) VALUES (?, ?)")) {
      for (int id = 1; id <= vectors; id++) {
        insert.setLong(1, id);
        insert.setBytes(2, bytes(cloud.vector(id)));
        insert.executeUpdate();
        if (id % TRANSACTION == 0) {
          connection.commit();
        }
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static Set<Long> search(PreparedStatement select, float[] query) {
    try {
      select.setBytes(1, bytes(query));
      Set<Long> found = new HashSet<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(row.getLong(1));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }
}
