package io.msgvault.embed.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** A rule of the contract that was seen broken. */
final class BrokenRule extends AssertionFailedError {
  private static final long serialVersionUID = 1L;
  private final String rule;
  private final transient List<Object> counterexample;

  BrokenRule(String rule, String message, @Nullable Throwable cause) {
    super(rule + ": " + message, cause);
    this.rule = rule;
    this.counterexample = List.of();
  }

  BrokenRule(String rule, String message, @Nullable Object expected, @Nullable Object actual) {
    super(
        rule + ": " + message + "\n  expected: " + expected + "\n  but was:  " + actual,
        expected,
        actual);
    this.rule = rule;
    this.counterexample = List.of();
  }

  private BrokenRule(BrokenRule broken, List<Object> counterexample) {
    super(broken.getMessage() + "\n  in the case " + counterexample, broken);
    this.rule = broken.rule;
    this.counterexample = counterexample;
  }

  /** The same, with the case that a property was tried with. */
  BrokenRule in(List<Object> shrunk) {
    return new BrokenRule(this, List.copyOf(shrunk));
  }

  /** The rule's id. */
  String rule() {
    return rule;
  }

  /** The case in which a property does not hold; empty where there is only one. */
  List<Object> counterexample() {
    return counterexample;
  }
}
