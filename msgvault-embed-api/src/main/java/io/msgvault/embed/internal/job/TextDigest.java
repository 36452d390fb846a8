package io.msgvault.embed.internal.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Computes the digest of a prepared text: the first 16 bytes of its SHA-256 (FIPS 180-4), in
 * hexadecimal. Used by one thread at a time.
 */
final class TextDigest {
  private static final int BYTES = 16;

  private final MessageDigest sha;

  TextDigest() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  String of(String text) {
    return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
  }
}
