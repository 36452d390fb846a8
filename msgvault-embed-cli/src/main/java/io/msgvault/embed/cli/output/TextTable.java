package io.msgvault.embed.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Prints columns of text, each as wide as its widest cell; numbers are aligned to the right. On a
 * narrow terminal the last column breaks between words.
 */
final class TextTable {
  private static final String GAP = "  ";

  /** The least width that is worth filling with words. */
  private static final int MIN_LAST = 12;

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(Object... titles) {
    row(titles);
  }

  final void row(Object... cells) {
    rows.add(IntStream.range(0, cells.length).mapToObj(i -> String.valueOf(cells[i])).toList());
  }

  void print(Console console) {
    int last = rows.get(0).size() - 1;
    int[] widths =
        IntStream.rangeClosed(0, last)
            .map(i -> rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
            .toArray();
    int indent = IntStream.range(0, last).map(i -> widths[i] + GAP.length()).sum();
    int room = Math.max(MIN_LAST, console.outColumns().orElse(Integer.MAX_VALUE) - indent);
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < last; i++) {
        String pad = " ".repeat(widths[i] - row.get(i).length());
        boolean right = isNumber(rows.get(rows.size() - 1).get(i));
        line.append(right ? pad : "").append(row.get(i)).append(right ? "" : pad).append(GAP);
      }
      String separator = "\n" + " ".repeat(indent);
      line.append(String.join(separator, Console.wrap(row.get(last), room)));
      line.toString().lines().map(String::stripTrailing).forEach(console.out()::println);
    }
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty()
        && cell.chars().allMatch(c -> (c >= '0' && c <= '9') || " .%".indexOf(c) >= 0);
  }
}
