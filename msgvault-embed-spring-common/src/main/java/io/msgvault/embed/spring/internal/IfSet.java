package io.msgvault.embed.spring.internal;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes on what a property sets. */
final class IfSet {
  private IfSet() {}

  /** Passes a value on, unless it is null. */
  static <T> void of(@Nullable T value, Consumer<T> setting) {
    if (value != null) {
      setting.accept(value);
    }
  }
}
