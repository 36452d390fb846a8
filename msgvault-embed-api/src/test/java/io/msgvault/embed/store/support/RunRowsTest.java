package io.msgvault.embed.store.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.model.RunCounts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunRowsTest {
  private static final RunCounts COUNTS =
      RunCounts.builder()
          .scanned(1)
          .embedded(2)
          .blank(3)
          .rejected(4)
          .missed(5)
          .failed(6)
          .reused(7)
          .chunks(8)
          .requests(9)
          .retries(10)
          .tokens(13)
          .unstamped(11)
          .orphans(12)
          .build();

  @Test
  void countsComeBackFromTheirColumns() {
    Map<String, Long> columns = RunRows.toColumns(COUNTS);
    assertEquals(COUNTS, RunRows.readCounts(column -> columns.getOrDefault(column, -1L)));
    assertEquals(13, Map.copyOf(columns).values().stream().distinct().count());
  }

  @Test
  void columnsAreNamedInTheOrderOfTheCounts() {
    assertEquals(List.copyOf(RunRows.toColumns(COUNTS).keySet()), RunRows.COUNT_COLUMNS);
    assertEquals("scanned", RunRows.COUNT_COLUMNS.get(0));
  }
}
