package io.msgvault.embed;

import io.msgvault.embed.model.EmbedException;
import org.jspecify.annotations.Nullable;

/** Describes errors for logs and run records. */
public final class Errors {
  private Errors() {}

  /**
   * Returns what may be logged and recorded of an error: the text of one of this library's own,
   * which never holds message text, and only the class of any other.
   */
  public static String describe(@Nullable Throwable error) {
    return error == null || error instanceof EmbedException
        ? String.valueOf(error)
        : error.getClass().getName();
  }
}
