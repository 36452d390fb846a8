package io.msgvault.embed.text;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Computes the digest by which an index remembers the prepared text that vectors were made from:
 * the first 16 bytes of the SHA-256 (FIPS 180-4) of its UTF-8, in hexadecimal.
 */
public final class TextDigest {
  private static final int BYTES = 16;

  private TextDigest() {}

  /**
   * Returns the digest of a text. Equal texts have equal digests, and no two different texts are
   * known to share one.
   *
   * @param prepared the text, as {@link TextPreparer} returns it
   * @return 32 hexadecimal digits in lower case
   */
  public static String of(String prepared) {
    byte[] digest = sha256().digest(prepared.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
