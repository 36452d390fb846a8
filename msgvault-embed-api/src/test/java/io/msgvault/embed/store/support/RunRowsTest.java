package io.msgvault.embed.store.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.model.RunCounts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunRowsTest {
  private static final RunCounts COUNTS = new RunCounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

  @Test
  void countsComeBackFromTheirColumns() {
    Map<String, Long> columns = RunRows.toColumns(COUNTS);
    assertEquals(COUNTS, RunRows.readCounts(column -> columns.getOrDefault(column, -1L)));
    assertEquals(12, Map.copyOf(columns).values().stream().distinct().count());
  }

  @Test
  void columnsAreNamedInTheOrderOfTheCounts() {
    assertEquals(List.copyOf(RunRows.toColumns(COUNTS).keySet()), RunRows.COUNT_COLUMNS);
    assertEquals("scanned", RunRows.COUNT_COLUMNS.get(0));
  }
}
