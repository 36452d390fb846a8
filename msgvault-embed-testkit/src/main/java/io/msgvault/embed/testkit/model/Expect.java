package io.msgvault.embed.testkit.model;

import io.msgvault.embed.testkit.RuleViolation;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * Asserts what a rule requires.
 *
 * <p>A failure blames the {@linkplain RunningRule rule of the test that is under way}. An assertion
 * takes the id of a rule only where it blames another one, or one of several.
 */
public final class Expect {
  /** A piece of code that may throw anything. */
  @FunctionalInterface
  public interface ThrowingRunnable {
    /** Runs the code. */
    void run() throws Exception;
  }

  private Expect() {}

  /** Requires that something holds. */
  public static void that(boolean holds, String message) {
    if (!holds) {
      throw violation(message);
    }
  }

  /** Requires that something holds. */
  public static void that(boolean holds, Supplier<String> message) {
    if (!holds) {
      throw violation(message.get());
    }
  }

  /** Requires that something holds, and blames the given rule where it does not. */
  public static void that(String rule, boolean holds, String message) {
    if (!holds) {
      throw violationOf(rule, message);
    }
  }

  /** Requires that something holds, and blames the given rule where it does not. */
  public static void that(String rule, boolean holds, Supplier<String> message) {
    if (!holds) {
      throw violationOf(rule, message.get());
    }
  }

  /** Requires that two values are equal. */
  public static void equal(Object expected, Object actual, String name) {
    if (!Objects.equals(expected, actual)) {
      throw new RuleViolation(RunningRule.current(), name, expected, actual);
    }
  }

  /** Requires that two values are equal, and blames the given rule where they are not. */
  public static void equal(String rule, Object expected, Object actual, String name) {
    if (!Objects.equals(expected, actual)) {
      throw new RuleViolation(rule, name, expected, actual);
    }
  }

  /** Requires that code ends in an error of this type or of a subtype, and returns the error. */
  public static <E extends Throwable> E thrown(Class<E> type, String name, ThrowingRunnable code) {
    return thrown(null, type, name, code);
  }

  /** Requires an error as {@link #thrown(Class, String, ThrowingRunnable)}, of the given rule. */
  public static <E extends Throwable> E thrown(
      @Nullable String rule, Class<E> type, String name, ThrowingRunnable code) {
    String problem = name + " must fail with " + type.getSimpleName();
    @Nullable Throwable cause = null;
    try {
      code.run();
    } catch (RuleViolation broken) {
      throw broken;
    } catch (Throwable thrown) {
      if (type.isInstance(thrown)) {
        return type.cast(thrown);
      }
      problem += ", but failed with " + thrown;
      cause = thrown;
    }
    throw new RuleViolation(rule == null ? RunningRule.current() : rule, problem, cause);
  }

  /** Returns the violation of the rule under test. */
  public static RuleViolation violation(String message) {
    return new RuleViolation(RunningRule.current(), message, null);
  }

  /** Returns the violation of the rule under test, with its cause. */
  public static RuleViolation violation(String message, Throwable cause) {
    return new RuleViolation(RunningRule.current(), message, cause);
  }

  /** Returns the violation of the given rule. */
  public static RuleViolation violationOf(String rule, String message) {
    return new RuleViolation(rule, message, null);
  }

  /** Ends a test of a rule, or of a part of one, that no test can reach here. */
  public static void skip(String reason) {
    Assumptions.abort(reason);
  }
}
