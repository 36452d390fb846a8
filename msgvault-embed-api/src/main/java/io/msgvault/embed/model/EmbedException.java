package io.msgvault.embed.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The root of all errors of this library. Each subclass is named for what it means to the caller
 * and says in its message what to do. Messages hold ids and settings, never message text or
 * credentials.
 */
public class EmbedException extends RuntimeException {

  /** Describes an error and its remedy. */
  public EmbedException(String message) {
    super(message);
  }

  /** Describes an error, its remedy and its cause. */
  public EmbedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Returns what went wrong, and what to do. */
  @Override
  public String getMessage() {
    return Objects.requireNonNullElse(super.getMessage(), "");
  }
}
