package io.msgvault.embed.testkit;

import java.util.Objects;
import java.util.function.Supplier;

/** Assertions that name the rule that is broken where they do not hold. */
final class Expect {
  /** A piece of code that may throw anything. */
  @FunctionalInterface
  interface Code {
    void run() throws Exception;
  }

  private Expect() {}

  static void that(String rule, boolean holds, String message) {
    if (!holds) {
      throw new BrokenRule(rule, message, null);
    }
  }

  static void that(String rule, boolean holds, Supplier<String> message) {
    if (!holds) {
      throw new BrokenRule(rule, message.get(), null);
    }
  }

  static void equal(String rule, Object expected, Object actual, String what) {
    if (!Objects.equals(expected, actual)) {
      throw new BrokenRule(rule, what, expected, actual);
    }
  }

  /** The error of this very kind, or of a subclass, that the code must end in. */
  static <E extends Throwable> E thrown(String rule, Class<E> kind, String what, Code code) {
    try {
      code.run();
    } catch (BrokenRule broken) {
      throw broken;
    } catch (Throwable thrown) {
      if (kind.isInstance(thrown)) {
        return kind.cast(thrown);
      }
      throw new BrokenRule(
          rule,
          what + " must fail with " + kind.getSimpleName() + ", but failed with " + thrown,
          thrown);
    }
    throw new BrokenRule(rule, what + " must fail with " + kind.getSimpleName(), null);
  }
}
