package io.msgvault.embed.testkit;

import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** A rule of the contract that was seen broken. */
final class BrokenRule extends AssertionFailedError {
  private static final long serialVersionUID = 1L;
  private final String rule;

  BrokenRule(String rule, String message, @Nullable Throwable cause) {
    super(rule + ": " + message, cause);
    this.rule = rule;
  }

  BrokenRule(String rule, String message, Object expected, Object actual) {
    super(
        rule + ": " + message + "\n  expected: " + expected + "\n  but was:  " + actual,
        expected,
        actual);
    this.rule = rule;
  }

  /** The rule's id. */
  String rule() {
    return rule;
  }
}
