package io.msgvault.embed.cli.mail;

import java.util.Optional;

/** What came of reading a mail. */
public sealed interface ParsedMail {
  /** The mail, as far as it could be read. */
  Optional<Mail> mail();

  /**
   * A mail that was read to its end.
   *
   * @param content the mail
   */
  record Complete(Mail content) implements ParsedMail {
    @Override
    public Optional<Mail> mail() {
      return Optional.of(content);
    }
  }

  /**
   * A mail of which a part could not be read.
   *
   * @param content what could
   * @param problem why, without the mail's text
   */
  record Partial(Mail content, String problem) implements ParsedMail {
    @Override
    public Optional<Mail> mail() {
      return Optional.of(content);
    }
  }

  /**
   * Something that is no mail.
   *
   * @param problem why, without its text
   */
  record NotMail(String problem) implements ParsedMail {
    @Override
    public Optional<Mail> mail() {
      return Optional.empty();
    }
  }
}
