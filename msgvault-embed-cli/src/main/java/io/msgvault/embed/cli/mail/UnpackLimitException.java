package io.msgvault.embed.cli.mail;

import java.io.IOException;

/** Reports a packed file that unpacks to more than a limit, as one does that is made to harm. */
public final class UnpackLimitException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Names the limit, and the remedy. */
  UnpackLimitException(String limit) {
    super("it unpacks to more than " + limit + "; if you trust it, unpack it and import the files");
  }
}
