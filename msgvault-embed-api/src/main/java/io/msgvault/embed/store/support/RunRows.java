package io.msgvault.embed.store.support;

import io.msgvault.embed.model.RunCounts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The counts of a run as columns of a row. A backend keeps a {@link
 * io.msgvault.embed.model.RunRecord} as one row. The row has one column for each component, and one
 * for each count under the name that {@link #COUNT_COLUMNS} gives. The status is stored by the name
 * of its constant.
 */
public final class RunRows {
  /** The columns of the counts, in the order of {@link RunCounts}. */
  public static final List<String> COUNT_COLUMNS = List.copyOf(toColumns(RunCounts.NONE).keySet());

  private RunRows() {}

  /**
   * Reads one column of a row.
   *
   * @param <E> what reading may throw
   */
  @FunctionalInterface
  public interface LongColumn<E extends Exception> {
    /** Returns the value of a column, as {@code ResultSet.getLong} does. */
    long get(String column) throws E;
  }

  /** Returns each count under the name of its column, in the order of {@link #COUNT_COLUMNS}. */
  public static Map<String, Long> toColumns(RunCounts counts) {
    Map<String, Long> columns = new LinkedHashMap<>();
    columns.put("scanned", counts.scanned());
    columns.put("embedded", counts.embedded());
    columns.put("blank", counts.blank());
    columns.put("rejected", counts.rejected());
    columns.put("missed", counts.missed());
    columns.put("failed", counts.failed());
    columns.put("reused", counts.reused());
    columns.put("chunks", counts.chunks());
    columns.put("requests", counts.requests());
    columns.put("retries", counts.retries());
    columns.put("tokens", counts.tokens());
    columns.put("unstamped", counts.unstamped());
    columns.put("orphans", counts.orphans());
    return Collections.unmodifiableMap(columns);
  }

  /**
   * Reads the counts of a row, such as {@code RunRows.readCounts(resultSet::getLong)}.
   *
   * @param row gives the value of a column
   * @throws E as {@code row} does
   */
  public static <E extends Exception> RunCounts readCounts(LongColumn<E> row) throws E {
    return RunCounts.builder()
        .scanned(row.get("scanned"))
        .embedded(row.get("embedded"))
        .blank(row.get("blank"))
        .rejected(row.get("rejected"))
        .missed(row.get("missed"))
        .failed(row.get("failed"))
        .reused(row.get("reused"))
        .chunks(row.get("chunks"))
        .requests(row.get("requests"))
        .retries(row.get("retries"))
        .tokens(row.get("tokens"))
        .unstamped(row.get("unstamped"))
        .orphans(row.get("orphans"))
        .build();
  }
}
