package io.msgvault.embed.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Checks a table of SentencePiece that replaces characters: the size of a trie in bytes, the trie
 * as a double array of 32-bit units, and the replacements in UTF-8, each with a zero behind it. All
 * numbers are little-endian. Native code follows the units without looking where they lead.
 */
final class CharacterTable {
  /** The highest byte of UTF-8. */
  private static final int MAX_LABEL = 0xF4;

  private static final int LABEL = 0x800000FF;
  private static final int HAS_VALUE = 1 << 8;
  private static final int WIDE = 1 << 9;

  private final IntBuffer units;
  private final ByteBuffer replacements;

  private CharacterTable(IntBuffer units, ByteBuffer replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /**
   * Checks a table.
   *
   * @throws IllegalArgumentException if some text would lead out of it
   */
  static void check(byte[] table) {
    ByteBuffer bytes = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    int size = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
    require(size >= Integer.BYTES && size <= bytes.remaining());
    int trie = size - size % Integer.BYTES;
    ByteBuffer replacements = bytes.slice(Integer.BYTES + trie, bytes.remaining() - trie);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(replacements.duplicate());
    } catch (CharacterCodingException e) {
      throw malformed();
    }
    ByteBuffer units = bytes.slice(Integer.BYTES, trie).order(ByteOrder.LITTLE_ENDIAN);
    new CharacterTable(units.asIntBuffer(), replacements).walk();
  }

  /** Follows every path from the root. */
  private void walk() {
    BitSet seen = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    open.push(target(0, units.get(0)));
    while (!open.isEmpty()) {
      int node = open.pop();
      for (int label = 1; label <= MAX_LABEL; label++) {
        int unit = unit(node ^ label);
        if ((unit & LABEL) == label) {
          int next = target(node ^ label, unit);
          if ((unit & HAS_VALUE) != 0) {
            requireReplacement(unit(next) & Integer.MAX_VALUE);
          }
          if (!seen.get(next)) {
            seen.set(next);
            open.push(next);
          }
        }
      }
    }
  }

  private int unit(int at) {
    require(at < units.limit());
    return units.get(at);
  }

  private static int target(int at, int unit) {
    int target = at ^ ((unit >>> 10) << ((unit & WIDE) >>> 6));
    require(target >= 0);
    return target;
  }

  private void requireReplacement(int at) {
    require(at <= replacements.limit());
    boolean inCharacter = at < replacements.limit() && (replacements.get(at) & 0xC0) == 0x80;
    require(!inCharacter);
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw malformed();
    }
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("the table of characters of a normalizer is broken");
  }
}
