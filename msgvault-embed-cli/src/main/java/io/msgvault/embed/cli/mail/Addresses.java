package io.msgvault.embed.cli.mail;

import io.msgvault.embed.archive.Participant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads lists of addresses (RFC 5322, section 3.4), with what programs write against the rules.
 * Semicolons separate addresses as commas do. Names may hold {@code @} or commas without quotes,
 * addresses may lack their brackets, and a whole mailbox may be one encoded word.
 */
final class Addresses {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\"[^\"@]+\"|(?<![^\\s@\"<>])[^\\s@\"<>]++) ?@ ?[^\\s@\"<>]+");
  private static final String QUOTES = "\"'";

  private final String in;
  private final int limit;
  private final List<Participant> found = new ArrayList<>();
  private final StringBuilder phrase = new StringBuilder();
  private final StringBuilder comment = new StringBuilder();
  private String bracketed = "";

  /** A phrase before a comma that is no address, perhaps the first half of a name. */
  private String halfName = "";

  private boolean quotesEnd = true;
  private boolean commentsEnd = true;
  private int at;

  private Addresses(String in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * Reads a list.
   *
   * @param list the body of a field, with its encoded words
   * @param limit the maximum of addresses to return
   */
  static List<Participant> parse(String list, int limit) {
    Addresses addresses = new Addresses(list.replaceAll("\\s+", " "), limit);
    addresses.read();
    return addresses.found;
  }

  private void read() {
    while (at < in.length() && found.size() < limit) {
      char c = in.charAt(at++);
      switch (c) {
        case '"' -> quoted();
        case '(' -> commented();
        case '<' -> bracketed();
        case '>' -> phrase.append(' ');
        case ',' -> add(true);
        case ';' -> add(false);
        case ':' -> {
          // What stands before it is the name of a group, or "mailto".
          if (phrase.indexOf("@") < 0) {
            phrase.setLength(0);
          } else if (phrase.indexOf("@[") >= 0) { // the address of a host, which has colons
            phrase.append(':');
          }
        }
        default -> phrase.append(c);
      }
    }
    if (found.size() < limit) {
      add(false);
    }
  }

  private void quoted() {
    int end = quotesEnd ? endOfQuotes() : -1;
    quotesEnd = end >= 0;
    if (quotesEnd) {
      phrase.append(in, at - 1, end + 1);
      at = end + 1;
    }
  }

  private int endOfQuotes() {
    for (int i = at; i < in.length(); i++) {
      if (in.charAt(i) == '\\') {
        i++;
      } else if (in.charAt(i) == '"') {
        return i;
      }
    }
    return -1;
  }

  private void commented() {
    int end = commentsEnd ? endOfComment() : -1;
    commentsEnd = end >= 0;
    if (commentsEnd) {
      comment.append(in, at, end);
      at = end + 1;
    } else {
      phrase.append('(');
    }
  }

  private int endOfComment() {
    int depth = 1;
    for (int i = at; i < in.length(); i++) {
      char c = in.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /** Reads an address in brackets. A route before it ({@code @a,@b:}) is no part of it. */
  private void bracketed() {
    int start = at;
    boolean route = start < in.length() && in.charAt(start) == '@';
    String ends = route ? "<>" : "<>,;";
    while (at < in.length() && ends.indexOf(in.charAt(at)) < 0) {
      at++;
    }
    String text = in.substring(start, at);
    if (at < in.length() && in.charAt(at) == '>') {
      at++;
    }
    if (bracketed.isBlank()) {
      bracketed = route ? text.substring(text.lastIndexOf(':') + 1) : text;
    }
  }

  /** Adds what was read since the last separator. */
  private void add(boolean atComma) {
    if ((phrase.length() | comment.length() | bracketed.length() | halfName.length()) == 0) {
      return;
    }
    String name = phrase.toString().strip();
    String note = HeaderText.decodeWords(comment.toString());
    String address = HeaderText.decodeWords(bracketed);
    phrase.setLength(0);
    comment.setLength(0);
    bracketed = "";
    if (address.indexOf('@') >= 0) {
      String whole = halfName.isEmpty() ? name : halfName + ", " + name;
      halfName = "";
      add(address, whole.isEmpty() ? note : name(whole));
      return;
    }
    addHalfName();
    String decoded = HeaderText.decodeWords(name);
    if (name.indexOf('@') >= 0) {
      addWithoutBrackets(name, address.isEmpty() ? note : address);
    } else if (decoded.indexOf('@') >= 0) {
      found.addAll(parse(decoded.replace("=?", "= ?"), limit - found.size()));
    } else if (atComma && address.isEmpty() && looksLikeName(name)) {
      halfName = name;
    } else {
      addWithoutAt(address.isEmpty() ? name : address, address.isEmpty() ? note : name(name));
    }
  }

  private void addWithoutBrackets(String text, String note) {
    Matcher matcher = ADDRESS.matcher(text);
    StringBuilder rest = new StringBuilder();
    List<String> addresses = new ArrayList<>();
    while (matcher.find()) {
      addresses.add(matcher.group());
      matcher.appendReplacement(rest, "");
    }
    matcher.appendTail(rest);
    if (addresses.isEmpty()) {
      addWithoutAt(text, note);
    }
    String name = addresses.size() == 1 ? name(rest.toString()) : "";
    addresses.forEach(address -> add(address, name.isEmpty() ? note : name));
  }

  /** Adds a sender or recipient whose address is not written as one, such as a local user. */
  private void addWithoutAt(String text, String note) {
    String name = name(text);
    if (!name.isEmpty()) {
      add(name, note.isEmpty() && name.indexOf(' ') >= 0 ? name : note);
    }
  }

  private void addHalfName() {
    String name = halfName;
    halfName = "";
    addWithoutAt(name, "");
  }

  private void add(String address, String name) {
    boolean spaces = address.indexOf('@') < 0 || address.indexOf('"') >= 0;
    String clean = spaces ? address : unwrapped(address.replace(" ", ""));
    found.add(new Participant(clean.replaceFirst("(?i)^mailto:", ""), name));
  }

  private static boolean looksLikeName(String text) {
    return !text.isEmpty() && !Character.isLowerCase(text.codePointAt(0));
  }

  /** Returns a name without its quotation marks, and with its words decoded. */
  private static String name(String phrase) {
    StringBuilder text = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < phrase.length(); i++) {
      char c = phrase.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else {
        i += quoted && c == '\\' && i + 1 < phrase.length() ? 1 : 0;
        text.append(phrase.charAt(i));
      }
    }
    return unwrapped(HeaderText.decodeWords(text.toString()));
  }

  /** Removes quotation marks around a text, which some programs encode or double. */
  private static String unwrapped(String text) {
    String inner = text;
    while (inner.length() > 1
        && QUOTES.indexOf(inner.charAt(0)) >= 0
        && inner.charAt(0) == inner.charAt(inner.length() - 1)) {
      inner = inner.substring(1, inner.length() - 1).strip();
    }
    return inner;
  }
}
