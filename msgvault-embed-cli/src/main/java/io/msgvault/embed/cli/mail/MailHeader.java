package io.msgvault.embed.cli.mail;

import io.msgvault.embed.archive.Participant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.james.mime4j.stream.Field;

/**
 * Collects the fields of a header. Of fields that may occur once, the first readable one counts.
 * They are decoded at the end, since bytes that should have been encoded are in the charset of the
 * body.
 */
final class MailHeader {
  private static final int MAX_NAMES = 5000;

  private static final int MAX_REFERENCES = 20;
  private static final int MAX_REFERENCE = 900;
  private static final Pattern REFERENCE = Pattern.compile("<([^<>]*)>");

  private static final List<String> LABELS =
      List.of("x-gmail-labels", "x-label", "keywords", "x-newsgroup-label");

  /** The fields that are kept, and how many of each. */
  private static final Map<String, Integer> KEPT =
      Map.ofEntries(
          Map.entry("subject", 1),
          Map.entry("message-id", 5),
          Map.entry("references", 5),
          Map.entry("in-reply-to", 5),
          Map.entry("date", 5),
          Map.entry("received", 5),
          Map.entry("from", 5),
          Map.entry("sender", 5),
          Map.entry("to", MAX_NAMES),
          Map.entry("cc", MAX_NAMES),
          Map.entry("bcc", MAX_NAMES),
          Map.entry("x-gmail-labels", MAX_NAMES),
          Map.entry("x-label", MAX_NAMES),
          Map.entry("keywords", MAX_NAMES),
          Map.entry("x-newsgroup-label", MAX_NAMES));

  private static final Pattern SEMICOLON_IN_COMMENT = Pattern.compile(";(?=[^()]{0,200}\\))");

  private final Map<String, List<String>> fields = new HashMap<>();
  private int remaining;
  private boolean hasFields;
  private boolean cut;

  /**
   * Creates a header without fields.
   *
   * @param capacity the number of characters that it keeps; later fields are ignored
   */
  MailHeader(int capacity) {
    this.remaining = capacity;
  }

  /** Adds a field. */
  void add(Field field) {
    hasFields = true;
    String name = field.getName().toLowerCase(Locale.ROOT);
    List<String> known = fields.getOrDefault(name, List.of());
    if (known.size() < KEPT.getOrDefault(name, 0)) {
      String raw = HeaderText.raw(field);
      if (raw.length() <= remaining) {
        remaining -= raw.length();
        fields.computeIfAbsent(name, key -> new ArrayList<>()).add(raw);
      }
    }
  }

  /** Returns whether there was any field. */
  boolean hasFields() {
    return hasFields;
  }

  /** Returns whether {@link #toMail} left out recipients. */
  boolean isCut() {
    return cut;
  }

  /** Returns the charset of the first encoded word in the subject or a name, if there is one. */
  Optional<MailCharset> charset() {
    return Stream.of("subject", "from", "to")
        .flatMap(name -> all(name).stream())
        .flatMap(raw -> HeaderText.charset(raw).stream())
        .findFirst();
  }

  /** Returns the subject on one line; empty if there is none. */
  String subject(Optional<MailCharset> other) {
    return all("subject").stream().findFirst().map(raw -> HeaderText.decode(raw, other)).orElse("");
  }

  /**
   * Returns the mail with this header and a content.
   *
   * @param other the charset of bytes that should have been encoded
   */
  Mail toMail(Optional<MailCharset> other, BodyContent content, List<String> attachments) {
    return new Mail(
        all("message-id").stream()
            .flatMap(raw -> messageId(HeaderText.decode(raw, other)).stream())
            .findFirst(),
        references(other),
        sentAt(other),
        Stream.of("from", "sender").flatMap(name -> participants(name, other).stream()).findFirst(),
        participants("to", other),
        participants("cc", other),
        participants("bcc", other),
        subject(other),
        content.text(),
        content.html(),
        labels(other),
        attachments);
  }

  private List<String> all(String name) {
    return fields.getOrDefault(name, List.of());
  }

  private static Optional<String> messageId(String value) {
    int open = value.indexOf('<');
    int close = value.indexOf('>', open + 1);
    String id = open >= 0 && close > open ? value.substring(open + 1, close) : value;
    return Optional.of(id.replace(" ", "")).filter(text -> !text.isEmpty());
  }

  /**
   * Returns the ids in {@code References}, then those in {@code In-Reply-To}. Only ids in angle
   * brackets count, since some programs write the date or the sender of a message instead. Of many,
   * the first is kept, which begins the conversation, and the last ones.
   */
  private List<String> references(Optional<MailCharset> other) {
    Set<String> ids = new LinkedHashSet<>();
    for (String name : List.of("references", "in-reply-to")) {
      for (String raw : all(name)) {
        Matcher matcher = REFERENCE.matcher(HeaderText.decode(raw, other));
        while (matcher.find()) {
          String id = matcher.group(1).replace(" ", "");
          if (!id.isEmpty() && id.length() <= MAX_REFERENCE) {
            ids.add(id);
          }
        }
      }
    }
    List<String> all = List.copyOf(ids);
    if (all.size() <= MAX_REFERENCES) {
      return all;
    }
    List<String> kept = new ArrayList<>(all.subList(0, 1));
    kept.addAll(all.subList(all.size() - MAX_REFERENCES + 1, all.size()));
    return kept;
  }

  /**
   * Returns the time in {@code Date}, or else in the {@code Received} that was added last. That one
   * is the first in the header: it comes from the receiver's own server, while the others may be
   * forged.
   */
  private Optional<Instant> sentAt(Optional<MailCharset> other) {
    Stream<String> received = all("received").stream().map(MailHeader::receivedDate);
    return Stream.concat(all("date").stream(), received)
        .flatMap(raw -> MailDates.parse(HeaderText.decode(raw, other)).stream())
        .findFirst();
  }

  /** Returns what follows the last semicolon; one in a comment is none. */
  private static String receivedDate(String received) {
    String list = SEMICOLON_IN_COMMENT.matcher(received).replaceAll(",");
    return list.substring(list.lastIndexOf(';') + 1);
  }

  private List<Participant> participants(String name, Optional<MailCharset> other) {
    List<Participant> participants = new ArrayList<>();
    for (String raw : all(name)) {
      String list = HeaderText.decodeBytes(raw, other);
      participants.addAll(Addresses.parse(list, MAX_NAMES + 1 - participants.size()));
    }
    cut |= participants.size() > MAX_NAMES;
    return participants.subList(0, Math.min(MAX_NAMES, participants.size()));
  }

  private Set<String> labels(Optional<MailCharset> other) {
    Set<String> labels = new LinkedHashSet<>();
    LABELS.stream()
        .flatMap(name -> all(name).stream())
        .forEach(raw -> addLabels(HeaderText.decode(raw, other), labels));
    return labels;
  }

  /** Splits labels at commas, except for commas in quotation marks. */
  private static void addLabels(String value, Set<String> labels) {
    StringBuilder label = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i <= value.length() && labels.size() < MAX_NAMES; i++) {
      char c = i < value.length() ? value.charAt(i) : ',';
      if (c == '"') {
        quoted = !quoted;
      } else if (i == value.length() || (c == ',' && !quoted)) {
        if (!label.toString().isBlank()) {
          labels.add(label.toString().strip());
        }
        label.setLength(0);
      } else {
        label.append(c);
      }
    }
  }
}
