package io.msgvault.embed;

import io.msgvault.embed.model.EmbedException;
import org.jspecify.annotations.Nullable;

/** Describes errors for logs and run records. */
public final class Errors {
  private Errors() {}

  /**
   * Returns a description of an error that holds no message text. It is class and message of an
   * error of this library, and only the class of any other.
   */
  public static String describe(@Nullable Throwable error) {
    return error == null || error instanceof EmbedException
        ? String.valueOf(error)
        : error.getClass().getName();
  }
}
