package io.msgvault.embed.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Prints columns of text, each as wide as its widest cell; numbers are aligned to the right. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... titles) {
    rows.add(List.of(titles));
  }

  void row(Object... cells) {
    rows.add(IntStream.range(0, cells.length).mapToObj(i -> String.valueOf(cells[i])).toList());
  }

  void print(PrintWriter out) {
    int columns = rows.get(0).size();
    int[] widths =
        IntStream.range(0, columns)
            .map(i -> rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
            .toArray();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String pad = " ".repeat(widths[i] - row.get(i).length());
        boolean right = isNumber(rows.get(rows.size() - 1).get(i));
        line.append(i == 0 ? "" : "  ");
        line.append(right ? pad : "").append(row.get(i)).append(right ? "" : pad);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty()
        && cell.chars().allMatch(c -> (c >= '0' && c <= '9') || " .%".indexOf(c) >= 0);
  }
}
