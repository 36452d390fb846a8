package io.msgvault.embed.cli.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a field with parameters, such as {@code Content-Type} (RFC 2045, RFC 2231). Reads what
 * programs write against the rules: values without quotes that need them, quotes that never end,
 * semicolons too many or lacking.
 */
final class ContentField {
  private static final int MAX_PIECES = 1000;

  /** A type and a parameter without a semicolon between them. */
  private static final Pattern VALUE_AND_PARAMETER =
      Pattern.compile("\\s*([^\\s;=()]+)\\s+[\\w*-]+=");

  private final String value;
  private final Map<String, String> parameters = new HashMap<>();

  private ContentField(String raw) {
    Scanner scanner = new Scanner(raw);
    value = scanner.value();
    scanner.parameters(parameters);
  }

  /**
   * Reads a field.
   *
   * @param raw its body, as {@link HeaderText#raw} returns it
   */
  static ContentField parse(String raw) {
    return new ContentField(raw);
  }

  /** Returns what stands before the parameters, in lower case and without comments. */
  String value() {
    return value;
  }

  /** Returns the raw value of a parameter that is a token, such as a charset or a boundary. */
  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).or(() -> extended(name, Optional.empty()));
  }

  /** Returns the decoded value of a parameter that is text, such as a file name. */
  Optional<String> text(String name, Optional<MailCharset> other) {
    return extended(name, other)
        .or(() -> parameter(name).map(raw -> HeaderText.decode(raw, other)))
        .filter(text -> !text.isEmpty());
  }

  /** Returns a value that is divided into numbered pieces, or has a charset, or both. */
  private Optional<String> extended(String name, Optional<MailCharset> other) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Optional<MailCharset> charset = Optional.empty();
    boolean found = false;
    String whole = parameters.get(name + "*");
    for (int i = 0; i < MAX_PIECES; i++) {
      String piece = whole != null ? whole : parameters.get(name + "*" + i + "*");
      boolean percent = piece != null;
      if (piece == null) {
        piece = parameters.get(name + "*" + i);
      }
      if (piece == null) {
        break;
      }
      found = true;
      int first = piece.indexOf('\'');
      int second = piece.indexOf('\'', first + 1);
      if (i == 0 && percent && first >= 0 && second >= 0) {
        charset = CharsetLabels.find(piece.substring(0, first));
        piece = piece.substring(second + 1);
      }
      bytes.writeBytes(percent ? unescape(piece) : piece.getBytes(StandardCharsets.ISO_8859_1));
      if (whole != null) {
        break;
      }
    }
    if (!found) {
      return Optional.empty();
    }
    String text = Charsets.decode(bytes.toByteArray(), charset, other);
    return Optional.of(HeaderText.decodeWords(text));
  }

  private static byte[] unescape(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      int escaped = c == '%' && i + 2 < raw.length() ? HeaderText.hex(raw, i + 1) : -1;
      bytes.write(escaped < 0 ? c : escaped);
      i += escaped < 0 ? 0 : 2;
    }
    return bytes.toByteArray();
  }

  /** Reads the parts of a field from left to right. */
  private static final class Scanner {
    private final String in;
    private int at;

    Scanner(String in) {
      this.in = in;
    }

    /** Reads up to the first semicolon, or to a parameter that lacks its semicolon. */
    String value() {
      Matcher unseparated = VALUE_AND_PARAMETER.matcher(in);
      if (unseparated.lookingAt()) {
        at = unseparated.end(1);
        return clean(unseparated.group(1));
      }
      return clean(withoutComments());
    }

    private static String clean(String text) {
      return text.replaceAll("[\\s\"']", "").toLowerCase(Locale.ROOT);
    }

    void parameters(Map<String, String> parameters) {
      int start = at + 1;
      for (at = start; at < in.length(); at++) {
        if (in.charAt(at) == ';') {
          start = at + 1;
        } else if (in.charAt(at) == '=') {
          String name = in.substring(start, at++).strip().toLowerCase(Locale.ROOT);
          parameters.putIfAbsent(name, parameterValue(name));
          start = at + 1;
        }
      }
    }

    private String parameterValue(String name) {
      while (at < in.length() && Character.isWhitespace(in.charAt(at))) {
        at++;
      }
      if (at < in.length() && in.charAt(at) == '"') {
        String quoted = quoted();
        at = nextSemicolon();
        return quoted;
      }
      if (name.startsWith("name") || name.startsWith("filename")) {
        int start = at;
        at = nextSemicolon();
        return in.substring(start, at);
      }
      return withoutComments().split("\\s", 2)[0];
    }

    private int nextSemicolon() {
      int next = in.indexOf(';', at);
      return next < 0 ? in.length() : next;
    }

    /** Reads a quoted string. A backslash that escapes nothing belongs to a path of Windows. */
    private String quoted() {
      StringBuilder text = new StringBuilder();
      at++;
      while (at < in.length() && in.charAt(at) != '"') {
        char next = at + 1 < in.length() ? in.charAt(at + 1) : ' ';
        if (in.charAt(at) == '\\' && (next == '"' || next == '\\')) {
          at++;
        }
        text.append(in.charAt(at++));
      }
      at++;
      return text.toString();
    }

    /** Reads up to the next semicolon. */
    private String withoutComments() {
      StringBuilder text = new StringBuilder();
      int depth = 0;
      for (; at < in.length() && (in.charAt(at) != ';' || depth > 0); at++) {
        char c = in.charAt(at);
        if (c == '(') {
          depth++;
        } else if (c == ')') {
          depth = Math.max(0, depth - 1);
        } else if (depth == 0) {
          text.append(c);
        }
      }
      return text.toString().strip();
    }
  }
}
