package io.msgvault.embed.cli.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message that is being read: the mail itself, or one that it forwards. Holds what its parts have
 * in common.
 */
final class Message {
  private static final MailCharset UTF_8 = MailCharset.of("UTF-8");

  private final MailHeader header;
  private final List<TextPart> lastResorts = new ArrayList<>();
  private final List<BodyContent> forwarded = new ArrayList<>();
  private Optional<MailCharset> declared = Optional.empty();
  private boolean unnamedText;

  Message(MailHeader header) {
    this.header = header;
  }

  MailHeader header() {
    return header;
  }

  /** Returns the charset of text for which none is declared, as far as the message tells it yet. */
  Optional<MailCharset> charset() {
    return declared.or(header::charset);
  }

  /** Returns whether a text without a name has been read. */
  boolean hasUnnamedText() {
    return unnamedText;
  }

  /** Learns from a text that is shown. */
  void addShown(TextPart text, boolean named) {
    learnCharset(text);
    unnamedText |= !named && !text.isBlank();
  }

  /** Adds a text that is shown only if the message has no other. */
  void addLastResort(TextPart text) {
    learnCharset(text);
    lastResorts.add(text);
  }

  /** Valid UTF-8 needs no declaration, so only other charsets are remembered. */
  private void learnCharset(TextPart text) {
    declared = declared.or(text::charset).filter(charset -> !charset.equals(UTF_8));
  }

  /** Adds the content of a message within this one. */
  void addForwarded(BodyContent content) {
    forwarded.add(content);
  }

  /**
   * Returns the content of the whole message.
   *
   * @param own what its own parts show
   */
  BodyContent content(Optional<Part.Content> own) {
    Optional<MailCharset> other = charset();
    BodyContent shown = own.map(parts -> parts.resolve(other)).orElse(BodyContent.EMPTY);
    if (shown.isEmpty()) {
      shown = BodyContent.sequence(lastResorts.stream().map(text -> text.resolve(other)).toList());
    }
    List<BodyContent> all = new ArrayList<>(forwarded);
    all.add(0, forwarded.isEmpty() ? shown : shown.withoutSeparator());
    return BodyContent.sequence(all);
  }

  /**
   * Returns its subject as content.
   *
   * @param limit the maximum of characters
   */
  BodyContent subject(int limit) {
    String subject = header.subject(charset());
    return subject.length() <= limit ? new BodyContent(subject, "") : BodyContent.EMPTY;
  }
}
