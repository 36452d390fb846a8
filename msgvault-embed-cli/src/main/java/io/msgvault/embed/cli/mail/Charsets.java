package io.msgvault.embed.cli.mail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Map;
import java.util.Optional;

/**
 * Decodes the bytes of a mail, although many mails name the wrong charset, or none.
 *
 * <p>The declared charset is used if the bytes are valid in it. Otherwise bytes that are valid
 * UTF-8 are read as UTF-8, since text in another charset is hardly ever valid UTF-8 by accident.
 * Western charsets are read as windows-1252: they are subsets of it, and most mails mean it. Bytes
 * that are valid in no charset become U+FFFD.
 */
final class Charsets {
  private static final Charset FALLBACK = Charset.forName("windows-1252");

  /** Charsets whose names mean a larger charset in practice (WHATWG Encoding Standard). */
  private static final Map<Charset, String> SUPERSETS =
      Map.of(
          StandardCharsets.US_ASCII,
          FALLBACK.name(),
          StandardCharsets.ISO_8859_1,
          FALLBACK.name(),
          Charset.forName("GB2312"),
          "GB18030",
          Charset.forName("GBK"),
          "GB18030",
          Charset.forName("EUC-KR"),
          "x-windows-949",
          Charset.forName("Shift_JIS"),
          "windows-31j",
          Charset.forName("ISO-8859-9"),
          "windows-1254");

  private Charsets() {}

  /**
   * Decodes a text.
   *
   * @param declared the charset that the mail declares, if any
   */
  static String decode(byte[] bytes, Optional<String> declared) {
    return withoutControls(decodeAny(bytes, declared.flatMap(Charsets::lookup)));
  }

  private static String decodeAny(byte[] bytes, Optional<Charset> declared) {
    if (declared.isPresent() && !declared.get().equals(FALLBACK)) {
      Optional<String> decoded = decodeStrictly(bytes, declared.get());
      if (decoded.isPresent()) {
        return decoded.get();
      }
    }
    Optional<String> utf8 = decodeStrictly(bytes, StandardCharsets.UTF_8);
    if (utf8.isPresent()) {
      return utf8.get();
    }
    String lenient = new String(bytes, declared.orElse(StandardCharsets.UTF_8));
    return lenient.chars().anyMatch(c -> c > 0x7f && c != '\ufffd')
        ? lenient
        : new String(bytes, FALLBACK);
  }

  private static Optional<String> decodeStrictly(byte[] bytes, Charset charset) {
    try {
      return Optional.of(
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Charset> lookup(String name) {
    try {
      Charset charset = Charset.forName(name.strip());
      return Optional.of(
          SUPERSETS.containsKey(charset) ? Charset.forName(SUPERSETS.get(charset)) : charset);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Optional.empty();
    }
  }

  /** Removes NUL, which not every database can store, and a leading byte order mark. */
  private static String withoutControls(String text) {
    String withoutNul = text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    return withoutNul.startsWith("\ufeff") ? withoutNul.substring(1) : withoutNul;
  }
}
