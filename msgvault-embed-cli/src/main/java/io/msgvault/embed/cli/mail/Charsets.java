package io.msgvault.embed.cli.mail;

import io.msgvault.embed.cli.mail.MailCharset.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decodes the bytes of a mail, although many mails name the wrong charset, or none.
 *
 * <p>The first of these rules that applies decides:
 *
 * <ol>
 *   <li>A byte order mark says which form of Unicode it is.
 *   <li>Escape sequences of ISO-2022-JP say what they are.
 *   <li>Bytes above 127 that are valid UTF-8, or nearly all of them, are UTF-8, whatever charset of
 *       one byte is declared. Other text is hardly ever valid UTF-8 by accident. A charset of more
 *       bytes is overruled only by sequences of three bytes, which accidents hardly ever make.
 *   <li>The declared charset is used if the bytes are valid in it, or if most of them are.
 *   <li>The charset of the rest of the mail is used, or else windows-1252.
 * </ol>
 *
 * <p>Bytes that are valid in no charset become U+FFFD.
 */
final class Charsets {
  private static final MailCharset UTF_8 = MailCharset.of("UTF-8");
  private static final MailCharset WESTERN = MailCharset.of("windows-1252");
  private static final MailCharset JAPANESE = MailCharset.of("x-windows-iso2022jp");

  private static final Pattern JAPANESE_ESCAPE = Pattern.compile("\u001b(?:\\$[B@]|\\([JI])");
  private static final char REPLACEMENT = '\ufffd';

  /** The first character that UTF-8 writes with three bytes. */
  private static final char THREE_BYTES = '\u0800';

  /** The shares of broken characters with which a charset may be right, and is hardly wrong. */
  private static final double MOST = 1.0;

  private static final double NEARLY_ALL = 0.1;

  private Charsets() {}

  /**
   * Decodes a text.
   *
   * @param declared the charset that is declared for it, if any
   * @param other the charset that is declared for other text of the mail, if any
   */
  static String decode(byte[] bytes, Optional<MailCharset> declared, Optional<MailCharset> other) {
    String text =
        byMark(bytes)
            .or(() -> byEscapes(bytes, declared))
            .orElseGet(() -> byContent(bytes, declared, other));
    return withoutControls(text);
  }

  static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> byMark(byte[] bytes) {
    if (bytes.length < 2) {
      return Optional.empty();
    }
    return switch ((bytes[0] & 0xff) << 8 | (bytes[1] & 0xff)) {
      case 0xefbb -> UTF_8.decodeStrictly(bytes).filter(text -> text.charAt(0) == '\ufeff');
      case 0xfeff, 0xfffe -> MailCharset.of("UTF-16").decodeStrictly(bytes);
      default -> Optional.empty();
    };
  }

  private static Optional<String> byEscapes(byte[] bytes, Optional<MailCharset> declared) {
    if (declared.isPresent() && declared.get().kind() == Kind.SEVEN_BIT) {
      return Optional.empty();
    }
    String ascii = new String(bytes, StandardCharsets.US_ASCII);
    return ascii.indexOf('\u001b') >= 0 && JAPANESE_ESCAPE.matcher(ascii).find()
        ? JAPANESE.decodeStrictly(bytes).or(() -> mostlyValid(bytes, JAPANESE, MOST))
        : Optional.empty();
  }

  private static String byContent(
      byte[] bytes, Optional<MailCharset> declared, Optional<MailCharset> other) {
    Optional<String> utf8 = UTF_8.decodeStrictly(bytes);
    if (utf8.isPresent()
        && declared.map(charset -> isRatherUtf8(bytes, utf8.get(), charset)).orElse(true)) {
      return utf8.get();
    }
    return declared
        .filter(charset -> charset.kind() == Kind.SINGLE_BYTE)
        .flatMap(charset -> mostlyValid(bytes, UTF_8, NEARLY_ALL))
        .or(() -> declared.flatMap(charset -> charset.decodeStrictly(bytes)))
        .or(() -> utf8.filter(text -> !isAscii(bytes)))
        .or(() -> declared.flatMap(charset -> mostlyValid(bytes, charset, MOST)))
        .or(() -> utf8)
        .or(() -> mostlyValid(bytes, UTF_8, NEARLY_ALL))
        .or(() -> other.flatMap(charset -> charset.decodeStrictly(bytes)))
        .orElseGet(() -> WESTERN.decode(bytes));
  }

  /** Returns whether bytes that are valid UTF-8 are not in the charset that is declared. */
  private static boolean isRatherUtf8(byte[] bytes, String utf8, MailCharset declared) {
    boolean ascii = isAscii(bytes);
    return switch (declared.kind()) {
      case SINGLE_BYTE, SEVEN_BIT -> !ascii;
      case MULTI_BYTE -> utf8.chars().anyMatch(c -> c >= THREE_BYTES);
      case WIDE -> utf8.indexOf('\0') < 0;
    };
  }

  /** Returns the text if it has no more broken characters than a share of the others. */
  private static Optional<String> mostlyValid(byte[] bytes, MailCharset charset, double share) {
    String text = charset.decode(bytes);
    long broken = text.chars().filter(c -> c == REPLACEMENT).count();
    long others = text.chars().filter(c -> c > 0x7f).count() - broken;
    return broken <= share * others ? Optional.of(text) : Optional.empty();
  }

  /** Removes NUL, which not every database can store, and a leading byte order mark. */
  private static String withoutControls(String text) {
    String withoutNul = text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    return withoutNul.startsWith("\ufeff") ? withoutNul.substring(1) : withoutNul;
  }
}
