package io.msgvault.embed.testkit;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
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

  private BrokenRule(BrokenRule broken, String addition, List<Object> counterexample) {
    super(broken.getMessage() + addition, broken);
    this.rule = broken.rule;
    this.counterexample = counterexample;
  }

  /** The same, with something more to know. */
  BrokenRule with(String addition) {
    return new BrokenRule(this, addition, counterexample);
  }

  /** The same, with the case that a property was tried with, and the seed that led to it. */
  BrokenRule in(List<Object> shrunk, String seed) {
    String addition =
        "\n  in the case "
            + shown(shrunk)
            + "\n  which comes again with -D"
            + ConformanceHook.SEED
            + "="
            + seed;
    return new BrokenRule(this, addition, List.copyOf(shrunk));
  }

  private static String shown(Object value) {
    if (value instanceof float[] vector) {
      return Arrays.toString(vector);
    }
    return value instanceof Collection<?> all
        ? all.stream().map(BrokenRule::shown).collect(Collectors.joining(", ", "[", "]"))
        : String.valueOf(value);
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
