package io.msgvault.embed.cli.mail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds the bytes of a part that is text, until the charset of the mail is known. Its own charset
 * is the one of its header, or else of its HTML.
 */
final class TextPart implements Part.Content {
  private static final int META_BYTES = 4096;

  /** The charset in an element {@code meta}, with or without {@code http-equiv}, or in XML. */
  private static final Pattern META =
      Pattern.compile(
          "(?i)(?:<meta\\b[^>]*?\\bcharset|<\\?xml\\b[^>]*?\\bencoding)\\s*=\\s*[\"']?\\s*([\\w.:-]+)");

  private final TextForm form;
  private final byte[] bytes;
  private final Optional<MailCharset> declared;
  private final Optional<MailCharset> meta;
  private final boolean flowed;
  private final boolean deletesSpaces;

  /**
   * Creates a part.
   *
   * @param descriptor what its header says of it
   * @param bytes its decoded bytes
   */
  TextPart(TextForm form, PartDescriptor descriptor, byte[] bytes) {
    this.form = form;
    this.bytes = bytes;
    this.declared = descriptor.parameter("charset").flatMap(CharsetLabels::find);
    this.meta = form == TextForm.HTML ? metaCharset(bytes) : Optional.empty();
    this.flowed = is(descriptor, "format", "flowed");
    this.deletesSpaces = is(descriptor, "delsp", "yes");
  }

  /** Returns whether it has no bytes but white space. */
  boolean isBlank() {
    for (byte b : bytes) {
      if (b < 0 || b > ' ') {
        return false;
      }
    }
    return true;
  }

  /** Returns the charset that is declared for it. */
  Optional<MailCharset> charset() {
    return declared.or(() -> meta);
  }

  @Override
  public BodyContent resolve(Optional<MailCharset> other) {
    String text = Charsets.decode(bytes, charset(), meta.or(() -> other));
    return switch (form) {
      case PLAIN -> plain(flowed ? FlowedText.unwrap(text, deletesSpaces) : text);
      case HTML -> new BodyContent("", text.stripTrailing());
      case ENRICHED -> plain(EnrichedText.withoutMarkup(text));
      case CALENDAR -> plain(FieldLines.calendar(text));
      case REPORT -> plain(FieldLines.report(text));
    };
  }

  private static BodyContent plain(String text) {
    return new BodyContent(text.stripTrailing(), "");
  }

  private static Optional<MailCharset> metaCharset(byte[] html) {
    byte[] start = Arrays.copyOf(html, Math.min(html.length, META_BYTES));
    Matcher meta = META.matcher(new String(start, StandardCharsets.ISO_8859_1));
    return meta.find() ? CharsetLabels.find(meta.group(1)) : Optional.empty();
  }

  private static boolean is(PartDescriptor descriptor, String name, String value) {
    return descriptor.parameter(name).map(value::equalsIgnoreCase).orElse(false);
  }
}
