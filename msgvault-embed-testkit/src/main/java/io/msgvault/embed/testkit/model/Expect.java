package io.msgvault.embed.testkit.model;

import io.msgvault.embed.testkit.RuleViolation;
import java.util.Objects;
import java.util.function.Supplier;

/** Assertions that name the rule that is broken where they do not hold. */
public final class Expect {
  /** A piece of code that may throw anything. */
  @FunctionalInterface
  public interface ThrowingRunnable {
    void run() throws Exception;
  }

  private Expect() {}

  public static void that(String rule, boolean holds, String message) {
    if (!holds) {
      throw new RuleViolation(rule, message, null);
    }
  }

  public static void that(String rule, boolean holds, Supplier<String> message) {
    if (!holds) {
      throw new RuleViolation(rule, message.get(), null);
    }
  }

  public static void equal(String rule, Object expected, Object actual, String what) {
    if (!Objects.equals(expected, actual)) {
      throw new RuleViolation(rule, what, expected, actual);
    }
  }

  /** The error of this very kind, or of a subclass, that the code must end in. */
  public static <E extends Throwable> E thrown(
      String rule, Class<E> kind, String what, ThrowingRunnable code) {
    try {
      code.run();
    } catch (RuleViolation broken) {
      throw broken;
    } catch (Throwable thrown) {
      if (kind.isInstance(thrown)) {
        return kind.cast(thrown);
      }
      throw new RuleViolation(
          rule,
          what + " must fail with " + kind.getSimpleName() + ", but failed with " + thrown,
          thrown);
    }
    throw new RuleViolation(rule, what + " must fail with " + kind.getSimpleName(), null);
  }
}
