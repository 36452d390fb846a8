package io.msgvault.embed.cli.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.james.mime4j.stream.Field;

/** A part of a mail that is being read. The outermost part of a message is the message itself. */
final class Part {
  /** Content whose bytes are decoded when all of the message has been read. */
  interface Content {
    /**
     * Decodes it.
     *
     * @param other the charset of text for which none is declared
     */
    BodyContent resolve(Optional<MailCharset> other);
  }

  private final PartDescriptor descriptor;
  private final Message message;
  private final Optional<Part> parent;
  private final List<Content> children = new ArrayList<>();
  private Optional<Content> preamble = Optional.empty();

  private Part(PartDescriptor descriptor, Message message, Optional<Part> parent) {
    this.descriptor = descriptor;
    this.message = message;
    this.parent = parent;
  }

  /** Creates a message. */
  static Part of(Message message) {
    return new Part(PartDescriptor.ofMessage(), message, Optional.empty());
  }

  /** Creates a part of this one, whose preamble is then of no use. */
  Part child() {
    preamble = Optional.empty();
    return new Part(descriptor.child(), message, Optional.of(this));
  }

  PartDescriptor descriptor() {
    return descriptor;
  }

  /** Returns the message that it belongs to. */
  Message message() {
    return message;
  }

  boolean isMessage() {
    return parent.isEmpty();
  }

  void addField(Field field) {
    descriptor.add(field);
    if (isMessage()) {
      message.header().add(field);
    }
  }

  void addContent(Content content) {
    children.add(content);
  }

  /** Sets the text before the first part, which is the content if no part follows. */
  void setPreamble(Content text) {
    preamble = Optional.of(text);
  }

  /**
   * Returns whether it is shown in the mail, not as a file. A text with a name is shown where no
   * text without a name stands before it. It is also shown as one of several alternatives, and as
   * the page to which pictures belong.
   */
  boolean isShown(boolean named) {
    if (isMessage()) {
      return true;
    }
    boolean body = TextForm.isBody(descriptor.type());
    return !descriptor.isAttached()
        && (!named || (body && (isMain() || !message.hasUnnamedText())));
  }

  private boolean isMain() {
    return parent
        .map(around -> around.descriptor.isAlternative() || around.lacksPage())
        .orElse(false);
  }

  private boolean lacksPage() {
    return descriptor.type().equals("multipart/related") && children.isEmpty();
  }

  /** Returns what it shows; empty if it shows nothing. */
  Optional<Content> content() {
    if (children.size() <= 1) {
      return children.stream().findFirst().or(() -> preamble);
    }
    List<Content> parts = List.copyOf(children);
    boolean alternative = descriptor.isAlternative();
    return Optional.of(
        other -> {
          List<BodyContent> resolved = parts.stream().map(part -> part.resolve(other)).toList();
          return alternative ? BodyContent.alternatives(resolved) : BodyContent.sequence(resolved);
        });
  }
}
