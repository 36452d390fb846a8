package io.msgvault.embed.testkit.model;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the rule of the test that is under way, so that no assertion need name it. Threads that a
 * test starts inherit its rule.
 */
public final class RunningRule {
  private static final InheritableThreadLocal<@Nullable String> CURRENT =
      new InheritableThreadLocal<>();

  private RunningRule() {}

  /** Returns the id of the rule under test; several ids are separated by slashes. */
  public static String current() {
    String rule = CURRENT.get();
    if (rule == null) {
      throw new IllegalStateException(
          "no test of a rule is under way: the assertion must name one");
    }
    return rule;
  }

  /** Runs code as a test of a rule. */
  public static <T> T during(String rule, Supplier<T> test) {
    String outer = CURRENT.get();
    CURRENT.set(rule);
    try {
      return test.get();
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }
}
