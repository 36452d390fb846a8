package io.msgvault.embed.cli.mail;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Decodes base64 as mail has it. Padding may be missing, or stand between two runs. Characters
 * outside the alphabet are skipped, and so are lines of text that follow the padding, such as the
 * footer of a mailing list.
 */
final class Base64Stream extends DecodingStream {
  private static final int MAX_FOOTER_LINE = 1000;
  private static final int PEEK_BYTES = 8192;
  private static final byte[] VALUES = values();

  /** A line that no text has: full groups of four characters, many of them or padded. */
  private static final Pattern ENCODED =
      Pattern.compile(
          "[A-Za-z0-9+/]{60,}+={0,2}"
              + "|(?=.{16}|.*=)(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=))?");

  private final InputStream in;
  private int bits;
  private int count;
  private boolean padded;

  /** Creates a stream that decodes another one. */
  Base64Stream(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /**
   * Opens a body that is said to be base64. Lines of text before the first encoded line, such as
   * the warning of a mail server, are skipped. A body of nothing but text is not decoded.
   */
  static InputStream open(InputStream body) throws IOException {
    BufferedInputStream in = new BufferedInputStream(body);
    in.mark(PEEK_BYTES);
    String start = new String(in.readNBytes(PEEK_BYTES), StandardCharsets.ISO_8859_1);
    in.reset();
    boolean text = false;
    int at = 0;
    for (String line : start.split("(?<=\n)", -1)) {
      if (ENCODED.matcher(line.strip()).matches()) {
        in.skipNBytes(text ? at : 0);
        return new Base64Stream(in);
      }
      text |= line.strip().chars().anyMatch(c -> c == ' ' || c > 0x7e);
      at += line.length();
    }
    return text ? in : new Base64Stream(in);
  }

  /** Decodes a text. */
  static byte[] decode(byte[] text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length * 3 / 4);
    try (Base64Stream stream = new Base64Stream(new ByteArrayInputStream(text))) {
      stream.transferTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("an array has no I/O errors", e);
    }
    return out.toByteArray();
  }

  @Override
  int next() throws IOException {
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '=') {
        // The bits of a run that ends within a byte are no byte.
        bits = 0;
        count = 0;
        padded = true;
      } else if (c == '\n' && padded) {
        skipFooter();
      } else if (VALUES[c] >= 0) {
        bits = bits << 6 | VALUES[c];
        count += 6;
        if (count >= Byte.SIZE) {
          count -= Byte.SIZE;
          return bits >> count & 0xff;
        }
      }
    }
    return -1;
  }

  /** Skips the lines that follow if they are text. */
  private void skipFooter() throws IOException {
    boolean text = true;
    while (text) {
      in.mark(MAX_FOOTER_LINE + 1);
      StringBuilder line = new StringBuilder();
      int c = in.read();
      while (c >= 0 && c != '\n' && line.length() < MAX_FOOTER_LINE) {
        line.append((char) c);
        c = in.read();
      }
      text = isText(line.toString().strip());
      if (!text) {
        in.reset();
      }
    }
  }

  private static boolean isText(String line) {
    return line.chars().anyMatch(c -> c != '=' && VALUES[c] < 0);
  }

  private static byte[] values() {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) -1);
    byte[] alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < alphabet.length; i++) {
      values[alphabet[i]] = (byte) i;
    }
    return values;
  }
}
