package io.msgvault.embed.mapping;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Names a table or column of a host as it stands in the database, without quotation marks.
 *
 * @param name 1 to {@value #MAX_BYTES} bytes of UTF-8, without quotation marks and control
 *     characters, and not beginning with {@code embed_} or {@code sqlite_}, which are reserved
 */
public record Identifier(String name) {
  /** The longest name in bytes of UTF-8; PostgreSQL cuts longer ones. */
  public static final int MAX_BYTES = 63;

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it can't be mapped
   */
  public Identifier {
    boolean odd = name.codePoints().anyMatch(c -> c == '"' || Character.isISOControl(c));
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    String lower = name.toLowerCase(Locale.ROOT);
    boolean reserved = lower.startsWith("embed_") || lower.startsWith("sqlite_");
    if (odd || bytes == 0 || bytes > MAX_BYTES || reserved) {
      throw new IllegalArgumentException(
          "not a name of a table or column that can be mapped: "
              + (odd ? "it has quotation marks or control characters" : '"' + name + '"')
              + "; rename it, then map it again");
    }
  }

  /**
   * Checks a name.
   *
   * @throws IllegalArgumentException if it can't be mapped
   */
  public static void require(String name) {
    Identifier unused = new Identifier(name);
  }
}
