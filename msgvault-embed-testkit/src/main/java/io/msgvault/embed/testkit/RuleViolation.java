package io.msgvault.embed.testkit;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** A rule of the contract that was seen broken. */
public final class RuleViolation extends AssertionFailedError {
  private static final long serialVersionUID = 1L;
  private final String rule;
  private final transient List<Object> counterexample;

  /** Reports a rule, what was expected, and the cause. */
  public RuleViolation(String rule, String message, @Nullable Throwable cause) {
    super(rule + ": " + message, cause);
    this.rule = rule;
    this.counterexample = List.of();
  }

  /** Reports a rule, what was expected, and both values. */
  public RuleViolation(
      String rule, String message, @Nullable Object expected, @Nullable Object actual) {
    super(
        rule + ": " + message + "\n  expected: " + expected + "\n  but was:  " + actual,
        expected,
        actual);
    this.rule = rule;
    this.counterexample = List.of();
  }

  private RuleViolation(RuleViolation broken, String addition, List<Object> counterexample) {
    super(broken.getMessage() + addition, broken);
    this.rule = broken.rule;
    this.counterexample = counterexample;
  }

  /** The same, with something more to know. */
  public RuleViolation withDetail(String addition) {
    return new RuleViolation(this, addition, counterexample);
  }

  /** The same, with the case that a property was tried with, and the seed that led to it. */
  RuleViolation withCounterexample(List<Object> shrunk, String seed) {
    String addition =
        "\n  in the case "
            + format(shrunk)
            + "\n  which comes again with -D"
            + ConformanceHook.SEED
            + "="
            + seed;
    return new RuleViolation(this, addition, List.copyOf(shrunk));
  }

  private static String format(Object value) {
    if (value instanceof float[] vector) {
      return Arrays.toString(vector);
    }
    return value instanceof Collection<?> all
        ? all.stream().map(RuleViolation::format).collect(Collectors.joining(", ", "[", "]"))
        : String.valueOf(value);
  }

  /** The rule's id. */
  public String rule() {
    return rule;
  }

  /** The case in which a property does not hold; empty where there is only one. */
  List<Object> counterexample() {
    return counterexample;
  }
}
