package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.sqlite.internal.archive.CoverageCounter;
import io.msgvault.embed.sqlite.internal.archive.MappedSql;
import io.msgvault.embed.sqlite.internal.archive.MessageReader;
import io.msgvault.embed.sqlite.internal.archive.StampGroup;
import io.msgvault.embed.sqlite.internal.archive.Stamping;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that statements whose cost must not grow with the archive seek in an index. */
class QueryPlansTest {
  /** The rows of a statement itself, and the first entry of the index. */
  private static final List<String> SCANS =
      List.of(
          "SCAN embed_step",
          "SCAN CONSTANT ROW",
          "SCAN j VIRTUAL TABLE INDEX 1:",
          "SCAN n USING INDEX embed_work",
          "SCAN n USING COVERING INDEX embed_work");

  private static final MappedSql SQL = MappedSql.BUNDLED;

  private TempFolder folder;
  private SqlClient sql;

  @BeforeEach
  void open() {
    folder = TempFolder.create();
    SqliteArchive.install(folder.file("archive.db")).close();
    sql = new SqlClient(folder.file("archive.db"));
  }

  @AfterEach
  void close() {
    sql.close();
    folder.close();
  }

  static List<String> statements() {
    return statements(SQL);
  }

  private static List<String> statements(MappedSql sql) {
    return List.of(
        sql.render(StampGroup.GROUPS),
        sql.render(StampGroup.REVISIONS),
        sql.render(StampGroup.COUNT),
        sql.render(CoverageCounter.SAMPLE),
        sql.render(MessageReader.LENGTHS),
        sql.render(MessageReader.CONTENTS),
        sql.render(Stamping.STAMP),
        sql.render(Stamping.MISSED));
  }

  @ParameterizedTest
  @MethodSource("statements")
  void statementSeeks(String statement) {
    requireSeeks(sql, statement);
  }

  @ParameterizedTest
  @EnumSource
  void statementsSeekInHostTables(TestMapping host) {
    try (SqlClient own = new SqlClient(folder.file("host.db"))) {
      host.tables().forEach(own::run);
      SqliteMessageStore.install(folder.file("host.db"), host.mapping()).close();
      statements(new MappedSql(host.mapping())).forEach(one -> requireSeeks(own, one));
    }
  }

  private static void requireSeeks(SqlClient sql, String statement) {
    List<String> plan = plan(sql, statement);
    assertTrue(plan.stream().anyMatch(step -> step.startsWith("SEARCH ")), plan::toString);
    assertFalse(plan.stream().anyMatch(step -> step.contains("TEMP B-TREE")), plan::toString);
    List<String> scans = plan.stream().filter(step -> step.startsWith("SCAN ")).toList();
    assertTrue(SCANS.containsAll(scans), plan::toString);
  }

  @Test
  void revisionsOfGroupComeFromIndexAlone() {
    assertEquals(
        List.of(
            "SEARCH m USING INTEGER PRIMARY KEY (rowid=?)",
            "SEARCH n USING COVERING INDEX embed_work (type=? AND source=? AND generation=? AND"
                + " outcome=? AND id>? AND id<?)"),
        plan(sql, SQL.render(StampGroup.REVISIONS)));
  }

  @Test
  void liveMessagesAreCountedByIndex() {
    List<String> scans =
        plan(sql, SQL.render(CoverageCounter.LIVE)).stream()
            .filter(step -> step.contains("embed_"))
            .toList();
    assertEquals(
        List.of(
            "SCAN embed_stamps USING COVERING INDEX embed_live",
            "SEARCH embed_stamps USING COVERING INDEX embed_live (live=?)"),
        scans);
  }

  private static List<String> plan(SqlClient sql, String statement) {
    return sql.rows("EXPLAIN QUERY PLAN " + statement).stream()
        .map(row -> String.valueOf(row.get(3)))
        .toList();
  }
}
