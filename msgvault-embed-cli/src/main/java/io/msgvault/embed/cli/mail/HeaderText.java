package io.msgvault.embed.cli.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.util.ByteSequence;

/**
 * Decodes text of headers: bytes that should have been encoded, and encoded words (RFC 2047).
 *
 * <p>Words are decoded wherever they stand, in quoted strings too, and with spaces in them. Words
 * of one charset that follow each other are joined before they are decoded, since some programs
 * divide a character between two words.
 */
final class HeaderText {
  private static final int MAX_LINE = 8192;
  private static final int MAX_LABEL = 80;

  private final String in;
  private final StringBuilder out = new StringBuilder();

  /** The bytes of the last words, and their label; empty after other text. */
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

  private String pendingLabel = "";
  private boolean joinsNext;

  /** Whether any word may end after the position; without it, many beginnings cost much time. */
  private boolean mayEnd = true;

  private HeaderText(String in) {
    this.in = in;
  }

  /** Returns the bytes of the body of a field as characters up to 255, without line breaks. */
  static String raw(Field field) {
    ByteSequence bytes = field.getRaw();
    String line =
        bytes == null
            ? ":" + field.getBody()
            : new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1);
    return line.substring(line.indexOf(':') + 1).replace("\r", "").replace("\n", "");
  }

  /** Decodes the bytes of a raw text, but no encoded words. */
  static String decodeBytes(String raw, Optional<MailCharset> other) {
    return Charsets.decode(raw.getBytes(StandardCharsets.ISO_8859_1), Optional.empty(), other);
  }

  /** Decodes a raw text, and puts it on one line without control characters. */
  static String decode(String raw, Optional<MailCharset> other) {
    return decodeWords(decodeBytes(raw, other));
  }

  /** Decodes the encoded words of a text, and puts it on one line without control characters. */
  static String decodeWords(String text) {
    String decoded = text.contains("=?") ? new HeaderText(text).words() : text;
    String line = decoded.replace("\0", "").replaceAll("[\\p{Cc}\\s]+", " ").strip();
    return line.length() <= MAX_LINE
        ? line
        : line.substring(0, line.offsetByCodePoints(0, line.codePointCount(0, MAX_LINE)));
  }

  /** Returns the charset of the first encoded word in a raw text. */
  static Optional<MailCharset> charset(String raw) {
    int start = raw.indexOf("=?");
    int end = raw.indexOf('?', start + 2);
    return start < 0 || end < 0 || end - start > MAX_LABEL
        ? Optional.empty()
        : CharsetLabels.find(raw.substring(start + 2, end));
  }

  private String words() {
    int copied = 0;
    int start = in.indexOf("=?");
    while (start >= 0 && mayEnd) {
      Optional<Word> found = word(start);
      if (found.isEmpty()) {
        start = in.indexOf("=?", start + 2);
        continue;
      }
      Word word = found.get();
      plain(in.substring(copied, start));
      add(word);
      copied = word.end;
      start = in.indexOf("=?", copied);
    }
    plain(in.substring(copied));
    flush();
    return out.toString();
  }

  /** Adds text between words. White space alone only separates them. */
  private void plain(String text) {
    joinsNext = text.isBlank();
    if (!joinsNext) {
      flush();
      out.append(text);
    } else if (pending.size() == 0) {
      out.append(text);
    }
  }

  private void add(Word word) {
    if (!joinsNext || !word.label.equals(pendingLabel)) {
      flush();
    }
    pendingLabel = word.label;
    pending.writeBytes(word.bytes);
  }

  private void flush() {
    if (pending.size() == 0) {
      return;
    }
    out.append(
        Charsets.decode(pending.toByteArray(), CharsetLabels.find(pendingLabel), Optional.empty()));
    pending.reset();
  }

  /** Reads the word that begins at a position, if one does: {@code =?charset?encoding?text?=}. */
  private Optional<Word> word(int start) {
    int mark = in.indexOf('?', start + 2);
    int encoding = mark + 1;
    while (encoding < in.length() && in.charAt(encoding) == ' ') {
      encoding++;
    }
    if (mark < 0 || encoding - start > MAX_LABEL || encoding + 1 >= in.length()) {
      return Optional.empty();
    }
    char letter = Character.toUpperCase(in.charAt(encoding));
    if ((letter != 'B' && letter != 'Q') || in.charAt(encoding + 1) != '?') {
      return Optional.empty();
    }
    int text = encoding + 2;
    int end = in.indexOf("?=", text);
    if (letter == 'Q' && end >= 0 && isHex(end + 2)) {
      // The text has a question mark before an encoded byte: "?=C3=BC?=".
      int next = in.indexOf("?=", end + 2);
      end =
          next >= 0 && in.substring(end, next).indexOf(' ') < 0 && !startsWord(end, next)
              ? next
              : end;
    }
    if (end < 0) {
      mayEnd = false;
      return Optional.empty();
    }
    String label = in.substring(start + 2, mark).toLowerCase(Locale.ROOT);
    String payload = in.substring(text, end);
    return Optional.of(new Word(label, letter == 'B' ? base64(payload) : quoted(payload), end + 2));
  }

  private boolean startsWord(int from, int to) {
    int start = in.indexOf("=?", from + 2);
    return start >= 0 && start < to;
  }

  private static byte[] base64(String text) {
    return Base64Stream.decode(text.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] quoted(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=' && i + 2 < text.length() && hex(text, i + 1) >= 0) {
        bytes.write(hex(text, i + 1));
        i += 2;
      } else if (c > 0x7f) {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      } else {
        bytes.write(c == '_' ? ' ' : c);
      }
    }
    return bytes.toByteArray();
  }

  private boolean isHex(int at) {
    return at + 1 < in.length() && hex(in, at) >= 0;
  }

  /** Returns the byte that two hexadecimal digits stand for; -1 if they are none. */
  static int hex(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static final class Word {
    private final String label;
    private final byte[] bytes;
    private final int end;

    Word(String label, byte[] bytes, int end) {
      this.label = label;
      this.bytes = bytes;
      this.end = end;
    }
  }
}
