package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The statements whose cost must not grow with the archive seek in an index and sort nothing. */
class QueryPlanTest {
  /** The rows of a statement itself, and the first entry of the index. */
  private static final List<String> SCANS =
      List.of(
          "SCAN step",
          "SCAN CONSTANT ROW",
          "SCAN j VIRTUAL TABLE INDEX 1:",
          "SCAN messages USING INDEX messages_embed");

  private TempFolder folder;
  private RawSql sql;

  @BeforeEach
  void open() {
    folder = TempFolder.create();
    SqliteArchive.open(folder.file("archive.db")).close();
    sql = new RawSql(folder.file("archive.db"));
  }

  @AfterEach
  void close() {
    sql.close();
    folder.close();
  }

  static List<String> statements() {
    return List.of(
        StampGroup.GROUPS,
        StampGroup.IDS,
        StampGroup.COUNT,
        CoverageCount.SAMPLE,
        Contents.LENGTHS,
        Contents.CONTENTS,
        SqliteMessageStore.STAMP,
        SqliteMessageStore.MISSED);
  }

  @ParameterizedTest
  @MethodSource("statements")
  void statementSeeks(String statement) {
    List<String> plan = plan(statement);
    assertTrue(plan.stream().anyMatch(step -> step.startsWith("SEARCH ")), plan::toString);
    assertFalse(plan.stream().anyMatch(step -> step.contains("TEMP B-TREE")), plan::toString);
    List<String> scans = plan.stream().filter(step -> step.startsWith("SCAN ")).toList();
    assertTrue(SCANS.containsAll(scans), plan::toString);
  }

  @Test
  void idsOfAGroupComeFromItsPlaceInTheIndex() {
    assertEquals(
        List.of(
            "SEARCH messages USING INDEX messages_embed (message_type=? AND source_id=? AND"
                + " embed_gen=? AND embed_outcome=? AND rowid>? AND rowid<?)"),
        plan(StampGroup.IDS));
  }

  @Test
  void liveMessagesAreCountedInIndexes() {
    List<String> scans =
        plan(CoverageCount.LIVE).stream().filter(step -> step.contains("messages")).toList();
    assertEquals(2, scans.size());
    assertTrue(scans.get(0).startsWith("SCAN messages USING COVERING INDEX"), scans::toString);
    assertEquals("SCAN messages USING INDEX messages_deleted", scans.get(1));
  }

  private List<String> plan(String statement) {
    return sql.rows("EXPLAIN QUERY PLAN " + statement).stream()
        .map(row -> String.valueOf(row.get(3)))
        .toList();
  }
}
