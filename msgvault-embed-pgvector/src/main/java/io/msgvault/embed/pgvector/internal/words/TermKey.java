package io.msgvault.embed.pgvector.internal.words;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes the keys by which lists of documents are found. They are compared byte by byte, without
 * signs, in Java as in the server.
 */
final class TermKey {
  private static final byte FORM = 'F';
  private static final byte POSITIONS = 'P';
  private static final byte STEM = 'S';

  private TermKey() {}

  /** The documents that have words of a stem. */
  static byte[] stem(String stem) {
    return stem(stem.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] stem(byte[] stem) {
    return key(STEM, stem);
  }

  /** The documents that have a word in this form. */
  static byte[] form(String form) {
    return form(form.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] form(byte[] form) {
    return key(FORM, form);
  }

  /** The documents that have a word in this form, with the places where it stands. */
  static byte[] positions(String form) {
    return positions(form.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] positions(byte[] form) {
    return key(POSITIONS, form);
  }

  /** Returns a key above all keys that begin like this one. */
  static byte[] above(byte[] beginning) {
    byte[] above = Arrays.copyOf(beginning, beginning.length + 1);
    above[beginning.length] = (byte) 0xFF; // is in no text in UTF-8
    return above;
  }

  static boolean isStem(byte[] key) {
    return key[0] == STEM;
  }

  static boolean hasPositions(byte[] key) {
    return key[0] == POSITIONS;
  }

  private static byte[] key(byte kind, byte[] text) {
    byte[] key = new byte[text.length + 1];
    key[0] = kind;
    System.arraycopy(text, 0, key, 1, text.length);
    return key;
  }
}
