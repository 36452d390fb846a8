package io.msgvault.embed.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** Computes digests that identify files by their content. */
final class FileDigest {
  private static final int HEX_DIGITS = 12;

  private FileDigest() {}

  /** Returns the first digits of the SHA-256 of a file and the weight files in its folder. */
  static String of(ModelFile file, Set<String> weightFiles) throws IOException {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    try (InputStream in = file.open()) {
      update(sha256, in);
    }
    for (String name : weightFiles) {
      try (InputStream in = file.openSibling(name)) {
        update(sha256, in);
      }
    }
    return HexFormat.of().formatHex(sha256.digest()).substring(0, HEX_DIGITS);
  }

  private static void update(MessageDigest digest, InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      digest.update(buffer, 0, read);
    }
  }
}
