package io.msgvault.embed.cli.mail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Decodes bytes in one charset: one of the JDK's, or one that only mail has. */
interface MailCharset {
  /** How a charset writes characters outside ASCII. */
  enum Kind {
    /** As one byte above 127, so that hardly any text is invalid. */
    SINGLE_BYTE,
    /** As several bytes, of which the first is above 127. */
    MULTI_BYTE,
    /** As bytes below 128, after an escape. */
    SEVEN_BIT,
    /** As two or four bytes, like ASCII. */
    WIDE
  }

  /** Returns the text, with U+FFFD for bytes that are not valid. */
  String decode(byte[] bytes);

  /** Returns the text; empty if any byte is not valid. */
  Optional<String> decodeStrictly(byte[] bytes);

  /** Returns how it writes characters outside ASCII. */
  Kind kind();

  /** Returns the charset of these names, which {@link CharsetLabels} has. */
  static MailCharset of(String names) {
    return switch (names) {
      case "UTF-7" -> new Utf7();
      case "HZ-GB-2312" -> new Hz();
      case "ISO-8859-10" -> UpperHalf.ISO_8859_10;
      case "ISO-8859-14" -> UpperHalf.ISO_8859_14;
      default -> new Jdk(Arrays.stream(names.split(" ", -1)).map(Charset::forName).toList());
    };
  }

  /**
   * Decodes with charsets of the JDK.
   *
   * @param charsets the first one, and those that have characters which it lacks
   */
  record Jdk(List<Charset> charsets) implements MailCharset {
    /** Copies the list. */
    public Jdk {
      charsets = List.copyOf(charsets);
    }

    @Override
    public String decode(byte[] bytes) {
      return new String(bytes, charsets.get(0));
    }

    @Override
    public Optional<String> decodeStrictly(byte[] bytes) {
      return charsets.stream().flatMap(charset -> strictly(bytes, charset).stream()).findFirst();
    }

    @Override
    public Kind kind() {
      Charset charset = charsets.get(0);
      if (charset.name().startsWith("UTF-16") || charset.name().startsWith("UTF-32")) {
        return Kind.WIDE;
      }
      if (charset.name().toLowerCase(Locale.ROOT).contains("2022")) {
        return Kind.SEVEN_BIT;
      }
      return charset.canEncode() && charset.newEncoder().maxBytesPerChar() == 1
          ? Kind.SINGLE_BYTE
          : Kind.MULTI_BYTE;
    }

    private static Optional<String> strictly(byte[] bytes, Charset charset) {
      try {
        CharBuffer text =
            charset
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes));
        return Optional.of(text.toString());
      } catch (CharacterCodingException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * Decodes charsets of one byte that the JDK lacks.
   *
   * @param characters the characters of the bytes from 160 on; those below are as in ISO-8859-1
   */
  record UpperHalf(String characters) implements MailCharset {
    static final UpperHalf ISO_8859_10 =
        new UpperHalf(
            "\u00a0ĄĒĢĪĨĶ§ĻĐŠŦŽ\u00adŪŊ°ąēģīĩķ·ļđšŧž―ūŋ"
                + "ĀÁÂÃÄÅÆĮČÉĘËĖÍÎÏÐŅŌÓÔÕÖŨØŲÚÛÜÝÞßāáâãäåæįčéęëėíîïðņōóôõöũøųúûüýþĸ");

    static final UpperHalf ISO_8859_14 =
        new UpperHalf(
            "\u00a0Ḃḃ£ĊċḊ§Ẁ©ẂḋỲ\u00ad®ŸḞḟĠġṀṁ¶ṖẁṗẃṠỳẄẅṡ"
                + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏŴÑÒÓÔÕÖṪØÙÚÛÜÝŶßàáâãäåæçèéêëìíîïŵñòóôõöṫøùúûüýŷÿ");

    private static final int FIRST = 0xa0;

    @Override
    public String decode(byte[] bytes) {
      StringBuilder text = new StringBuilder(new String(bytes, StandardCharsets.ISO_8859_1));
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) >= FIRST) {
          text.setCharAt(i, characters.charAt(text.charAt(i) - FIRST));
        }
      }
      return text.toString();
    }

    @Override
    public Optional<String> decodeStrictly(byte[] bytes) {
      return Optional.of(decode(bytes));
    }

    @Override
    public Kind kind() {
      return Kind.SINGLE_BYTE;
    }
  }

  /** Decodes UTF-7 (RFC 2152): runs of base64 between {@code +} and {@code -} are UTF-16. */
  record Utf7() implements MailCharset {
    private static final String BASE64 =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    @Override
    public String decode(byte[] bytes) {
      String in = new String(bytes, StandardCharsets.ISO_8859_1);
      StringBuilder out = new StringBuilder(in.length());
      int at = 0;
      while (at < in.length()) {
        if (in.charAt(at) != '+') {
          out.append(in.charAt(at++));
        } else if (in.startsWith("+-", at)) {
          out.append('+');
          at += 2;
        } else {
          at = decodeRun(in, at + 1, out);
        }
      }
      return out.toString();
    }

    /** Decodes a run, and returns where the text goes on after it. */
    private static int decodeRun(String in, int start, StringBuilder out) {
      int bits = 0;
      int count = 0;
      int at = start;
      for (; at < in.length() && BASE64.indexOf(in.charAt(at)) >= 0; at++) {
        bits = bits << 6 | BASE64.indexOf(in.charAt(at));
        count += 6;
        if (count >= Character.SIZE) {
          count -= Character.SIZE;
          out.append((char) (bits >> count));
          bits &= (1 << count) - 1;
        }
      }
      return at < in.length() && in.charAt(at) == '-' ? at + 1 : at;
    }

    @Override
    public Optional<String> decodeStrictly(byte[] bytes) {
      return Charsets.isAscii(bytes) ? Optional.of(decode(bytes)) : Optional.empty();
    }

    @Override
    public Kind kind() {
      return Kind.SEVEN_BIT;
    }
  }

  /**
   * Decodes HZ (RFC 1843): pairs of bytes between <code>~{</code> and <code>~}</code> are GB 2312.
   */
  record Hz() implements MailCharset {
    private static final Charset GB = Charset.forName("GB18030");

    @Override
    public String decode(byte[] bytes) {
      byte[] out = new byte[bytes.length];
      int length = 0;
      boolean chinese = false;
      for (int at = 0; at < bytes.length; at++) {
        int next = at + 1 < bytes.length ? bytes[at + 1] : -1;
        if (bytes[at] == '\n') {
          chinese = false;
          out[length++] = '\n';
        } else if (bytes[at] == '~' && (next == '{' || next == '}' || next == '\n')) {
          chinese = next == '{';
          at++;
        } else if (chinese && next > ' ') {
          out[length++] = (byte) (bytes[at] | 0x80);
          out[length++] = (byte) (next | 0x80);
          at++;
        } else {
          out[length++] = bytes[at];
          at += bytes[at] == '~' && next == '~' ? 1 : 0;
        }
      }
      return new String(out, 0, length, GB);
    }

    @Override
    public Optional<String> decodeStrictly(byte[] bytes) {
      return Charsets.isAscii(bytes) ? Optional.of(decode(bytes)) : Optional.empty();
    }

    @Override
    public Kind kind() {
      return Kind.SEVEN_BIT;
    }
  }
}
