package io.msgvault.embed.cli.mail;

import java.util.Optional;
import java.util.function.UnaryOperator;

/** The result of reading a mail. */
public sealed interface ParsedMail {
  /** Returns the mail, as far as it could be read. */
  Optional<Mail> mail();

  /** Returns the result with a changed mail, if there is a mail. */
  default ParsedMail map(UnaryOperator<Mail> change) {
    if (this instanceof Complete complete) {
      return new Complete(change.apply(complete.content()));
    }
    return this instanceof Partial partial
        ? new Partial(change.apply(partial.content()), partial.problem())
        : this;
  }

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
   * A mail that was read only partly.
   *
   * @param content the parts that could be read
   * @param problem the reason, without text of the mail
   */
  record Partial(Mail content, String problem) implements ParsedMail {
    @Override
    public Optional<Mail> mail() {
      return Optional.of(content);
    }
  }

  /**
   * An input that is not a mail.
   *
   * @param problem the reason, without text of the input
   */
  record NotMail(String problem) implements ParsedMail {
    @Override
    public Optional<Mail> mail() {
      return Optional.empty();
    }
  }
}
