package io.msgvault.embed.text;

import io.msgvault.embed.text.TextPolicy.Step;
import java.util.Set;

/**
 * Turns the subject, plain text and HTML of a message into the one text that is embedded.
 *
 * <p>The prepared text is the subject, an empty line and the body. If one of the two is blank, it
 * is the other alone.
 *
 * <ul>
 *   <li>The subject is one line without reply and forward prefixes ({@code Re:}, {@code Fwd:}, and
 *       those of other languages). Tags in brackets before a prefix stay.
 *   <li>The body is the plain text, or the HTML if the plain text is blank, after the {@linkplain
 *       Step steps} of the policy.
 *   <li>Line breaks are {@code \n}, and characters are in Unicode normalization form C.
 * </ul>
 *
 * <p>A text is <em>blank</em> if it consists of white space, control characters and invisible
 * characters.
 *
 * <p>Instances are immutable and safe for concurrent use.
 */
public final class TextPreparer {
  private final Set<Step> steps;
  private final int maxBodyCharacters;

  /**
   * Creates a preparer.
   *
   * @param policy the steps to apply, and how much of a body to read
   */
  public TextPreparer(TextPolicy policy) {
    this.steps = policy.steps();
    this.maxBodyCharacters = policy.maxBodyCharacters();
  }

  /**
   * Prepares a message. Accepts any strings: it reads malformed HTML as browsers do, and replaces
   * half of a surrogate pair by U+FFFD. The time is proportional to the length of the arguments.
   *
   * @param subject the decoded subject, or the empty string; read up to {@link
   *     TextPolicy#maxBodyCharacters()} like a body
   * @param text the plain text of the body, or the empty string
   * @param html the HTML of the body, or the empty string
   * @return the prepared text; empty if the message has nothing to embed, and never blank
   *     otherwise; always well-formed UTF-16
   */
  public String prepare(String subject, String text, String html) {
    Subject head = Subject.of(oneLine(CanonicalForm.of(cut(subject))));
    String body = body(head, cut(text), cut(html));
    String prepared;
    if (WhiteSpace.isBlank(body)) {
      prepared = WhiteSpace.isBlank(head.text()) ? "" : head.text();
    } else {
      prepared = WhiteSpace.isBlank(head.text()) ? body : head.text() + "\n\n" + body;
    }
    return CanonicalForm.of(Texts.wellFormed(prepared));
  }

  private String oneLine(String subject) {
    return steps.contains(Step.WHITE_SPACE)
        ? WhiteSpace.collapse(subject).replace("\n\n", " ").replace('\n', ' ')
        : subject.replace('\n', ' ').replace('\r', ' ');
  }

  private String body(Subject head, String text, String html) {
    String body = text;
    if (WhiteSpace.isBlank(text)) {
      body = steps.contains(Step.HTML) ? HtmlText.of(html) : html;
    }
    // The phrases of mail programs are known in this form.
    body = CanonicalForm.of(body);
    if (body.indexOf('\r') >= 0) {
      body = body.replace("\r\n", "\n").replace('\r', '\n');
    }
    if (steps.contains(Step.DATA_URIS)) {
      body = DataUris.strip(body);
    }
    if (steps.contains(Step.ENCODED_BYTES)) {
      body = EncodedBytes.strip(body);
    }
    if (steps.contains(Step.TRACKING_PARAMETERS)) {
      body = TrackingParameters.strip(body);
    }
    body = ownText(head, body);
    return steps.contains(Step.WHITE_SPACE) ? WhiteSpace.collapse(body) : body;
  }

  /**
   * Returns the body without quotations and signature. Keeps the quotations if nothing else would
   * be left, because then the quotation is the message.
   */
  private String ownText(Subject head, String body) {
    if (steps.contains(Step.QUOTED_REPLIES)) {
      QuotedReplies replies = QuotedReplies.in(body);
      if (!head.isForwarded(replies.headerLabels())) {
        String own = withoutSignature(replies.ownText());
        if (!WhiteSpace.isBlank(own)) {
          return own;
        }
      }
    }
    return withoutSignature(body);
  }

  /** Returns the text without its signature, which no quotation is part of. */
  private String withoutSignature(String text) {
    return steps.contains(Step.SIGNATURES)
        ? Signatures.strip(text, QuotedReplies.in(text).lastQuotation())
        : text;
  }

  private String cut(String text) {
    if (text.length() <= maxBodyCharacters) {
      return text;
    }
    boolean splitsPair =
        Character.isHighSurrogate(text.charAt(maxBodyCharacters - 1))
            && Character.isLowSurrogate(text.charAt(maxBodyCharacters));
    return text.substring(0, splitsPair ? maxBodyCharacters - 1 : maxBodyCharacters);
  }
}
