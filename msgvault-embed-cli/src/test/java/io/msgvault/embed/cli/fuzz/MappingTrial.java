package io.msgvault.embed.cli.fuzz;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.InstalledMapping;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/**
 * Maps a table of a host with strange names. The pieces are the names of the table and of its
 * columns, and that of the mapping. If they are allowed, a store over them must work, and a table
 * beside them must stay.
 */
final class MappingTrial implements FuzzTarget.Trial {
  private final Path file;

  MappingTrial() throws IOException {
    file = Workplace.create().resolve("host.db");
  }

  @Override
  public void run(byte[] input) throws IOException, SQLException {
    Pieces pieces = Pieces.of(input);
    ArchiveMapping.Builder builder =
        ArchiveMapping.builder(pieces.get(0), pieces.get(1))
            .text(pieces.get(2))
            .type(pieces.get(3))
            .deleted(pieces.get(4), ArchiveMapping.Marker.FALSE_WHILE_LIVE);
    if (!pieces.get(5).isEmpty()) {
      builder.name(pieces.get(5));
    }
    ArchiveMapping mapping = builder.build();
    checkText(mapping.installed());
    Oracle.same("a copied mapping", mapping, mapping.toBuilder().build());
    if (createHost(mapping)) {
      checkStore(mapping);
    }
  }

  private static void checkText(InstalledMapping installed) {
    Oracle.same("an installed mapping", installed, InstalledMapping.parse(installed.toString()));
  }

  /** Creates a table with these names; returns false if SQLite itself can't. */
  private boolean createHost(ArchiveMapping mapping) throws IOException, SQLException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(file.resolveSibling("host.db-wal"));
    Files.deleteIfExists(file.resolveSibling("host.db-shm"));
    String columns =
        quoted(mapping.id())
            + " integer primary key, "
            + quoted(mapping.text().orElseThrow())
            + " text, "
            + quoted(mapping.type().orElseThrow())
            + " text, "
            + quoted(mapping.deleted().orElseThrow().column())
            + " integer";
    try (Connection host = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = host.createStatement()) {
      statement.execute("create table canary (alive integer)");
      statement.execute("insert into canary values (1)");
      try {
        statement.execute("create table " + quoted(mapping.messages()) + " (" + columns + ")");
      } catch (SQLException e) {
        return false;
      }
      statement.execute("insert into " + quoted(mapping.messages()) + " values (1, 'x', 'e', 0)");
      return true;
    }
  }

  private void checkStore(ArchiveMapping mapping) throws SQLException {
    try (SqliteMessageStore store = SqliteMessageStore.install(file, mapping)) {
      List<Message> found =
          store.scan(1, new Scope(Set.of("e"), Set.of()), 0, new ScanLimits(10, 1000, 1000));
      Oracle.require(found.size() == 1 && found.get(0).text().equals("x"), "the message is lost");
      Oracle.require(
          store.filterIds(List.of(1L), MessageFilter.builder().types(List.of("e")).build()).size()
              == 1,
          "the message is not found by its type");
      Oracle.require(store.coverage(1, Scope.ALL).live() == 1, "the message is not counted");
    }
    try (Connection host = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = host.createStatement()) {
      statement.execute(
          "update "
              + quoted(mapping.messages())
              + " set "
              + quoted(mapping.text().orElseThrow())
              + " = 'y'");
      statement.execute("delete from " + quoted(mapping.messages()));
      try (ResultSet rows = statement.executeQuery("select alive from canary")) {
        Oracle.require(rows.next() && rows.getInt(1) == 1, "another table is damaged");
      }
    }
    SqliteMessageStore.uninstall(file, mapping);
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
