package io.msgvault.embed.cli.mail;

import io.msgvault.embed.archive.Participant;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.field.address.LenientAddressParser;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.util.ByteSequence;

/** Collects the fields of a header. Of fields that may occur once, the first one counts. */
final class MailHeader {
  private static final int MAX_LINE = 8192;
  private static final int MAX_NAMES = 5000;

  private boolean hasFields;
  private Optional<String> messageId = Optional.empty();
  private Optional<Instant> sentAt = Optional.empty();
  private Optional<Participant> from = Optional.empty();
  private Optional<Participant> sender = Optional.empty();
  private Optional<String> subject = Optional.empty();
  private final List<Participant> to = new ArrayList<>();
  private final List<Participant> cc = new ArrayList<>();
  private final List<Participant> bcc = new ArrayList<>();
  private final Set<String> labels = new LinkedHashSet<>();

  /** Adds a field. */
  void add(Field field) {
    hasFields = true;
    switch (field.getName().toLowerCase(Locale.ROOT)) {
      case "message-id" -> messageId = messageId.or(() -> messageId(text(field)));
      case "date" -> sentAt = sentAt.or(() -> MailDates.parse(text(field)));
      case "subject" -> subject = subject.or(() -> Optional.of(text(field)));
      case "from" -> from = from.or(() -> addresses(field).stream().findFirst());
      case "sender" -> sender = sender.or(() -> addresses(field).stream().findFirst());
      case "to" -> addAll(to, addresses(field));
      case "cc" -> addAll(cc, addresses(field));
      case "bcc" -> addAll(bcc, addresses(field));
      case "x-gmail-labels", "x-label", "keywords", "x-newsgroup-label" -> addLabels(text(field));
      default -> {
        // Nothing else is kept.
      }
    }
  }

  /** Returns whether there was any field. */
  boolean hasFields() {
    return hasFields;
  }

  /** Returns the subject on one line; empty if there is none. */
  String subject() {
    return subject.orElse("");
  }

  /** Returns the mail with this header and a content. */
  Mail toMail(BodyContent content, List<String> attachments) {
    return new Mail(
        messageId,
        sentAt,
        from.or(() -> sender),
        to,
        cc,
        bcc,
        subject(),
        content.text(),
        content.html(),
        labels,
        attachments);
  }

  /** Decodes encoded words (RFC 2047), and removes control characters and line breaks. */
  static String decodeWords(String raw) {
    String decoded =
        raw.contains("=?") ? DecoderUtil.decodeEncodedWords(raw, DecodeMonitor.SILENT) : raw;
    String line = decoded.replace("\0", "").replaceAll("[\\p{Cc}\\s]+", " ").strip();
    return line.length() <= MAX_LINE
        ? line
        : line.substring(0, line.offsetByCodePoints(0, line.codePointCount(0, MAX_LINE)));
  }

  private static String text(Field field) {
    return decodeWords(raw(field));
  }

  /** Returns the unfolded body of a field. Bytes that should have been encoded are decoded too. */
  private static String raw(Field field) {
    ByteSequence bytes = field.getRaw();
    if (bytes == null) {
      return field.getBody();
    }
    String line = Charsets.decode(bytes.toByteArray(), Optional.of(StandardCharsets.UTF_8.name()));
    return line.substring(line.indexOf(':') + 1).replace("\r", "").replace("\n", "");
  }

  private static Optional<String> messageId(String value) {
    int open = value.indexOf('<');
    int close = value.indexOf('>', open + 1);
    String id = open >= 0 && close > open ? value.substring(open + 1, close) : value;
    return Optional.of(id.replace(" ", "")).filter(text -> !text.isEmpty());
  }

  private static List<Participant> addresses(Field field) {
    List<Participant> addresses = new ArrayList<>();
    for (Mailbox mailbox : LenientAddressParser.DEFAULT.parseAddressList(raw(field)).flatten()) {
      String address = decodeWords(mailbox.getAddress());
      if (!address.isEmpty()) {
        addresses.add(new Participant(address, name(mailbox)));
      }
    }
    return addresses;
  }

  private static String name(Mailbox mailbox) {
    String name = mailbox.getName();
    return name == null ? "" : decodeWords(name);
  }

  private static void addAll(List<Participant> target, List<Participant> more) {
    target.addAll(more.subList(0, Math.min(more.size(), MAX_NAMES - target.size())));
  }

  /** Splits labels at commas, except for commas in quotation marks. */
  private void addLabels(String value) {
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
