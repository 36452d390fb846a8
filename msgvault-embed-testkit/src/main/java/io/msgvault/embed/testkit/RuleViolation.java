package io.msgvault.embed.testkit;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** Reports that a backend breaks a rule of the contract. */
public final class RuleViolation extends AssertionFailedError {
  private static final long serialVersionUID = 1L;
  private final String rule;
  private final transient Map<String, Object> counterexample;
  private final @Nullable String seed;

  /** Reports a rule, what it requires, and the cause. */
  public RuleViolation(String rule, String message, @Nullable Throwable cause) {
    super(rule + ": " + message, cause);
    this.rule = rule;
    this.counterexample = Map.of();
    this.seed = null;
  }

  /** Reports a rule, the name of a value, and the value that was expected and that was found. */
  public RuleViolation(
      String rule, String name, @Nullable Object expected, @Nullable Object actual) {
    super(
        rule + ": " + name + "\n  expected: " + expected + "\n  but was:  " + actual,
        expected,
        actual);
    this.rule = rule;
    this.counterexample = Map.of();
    this.seed = null;
  }

  private RuleViolation(
      RuleViolation violation,
      String addition,
      Map<String, Object> counterexample,
      @Nullable String seed) {
    super(violation.getMessage() + addition, violation);
    this.rule = violation.rule;
    this.counterexample = counterexample;
    this.seed = seed;
  }

  /** Returns this violation with more to its message. */
  public RuleViolation withDetail(String addition) {
    return new RuleViolation(this, addition, counterexample, seed);
  }

  /**
   * Returns this violation with the case in which it was seen.
   *
   * @param parameters the values of the case by the names of the test's parameters, in their order
   * @param seed what leads to the case again
   */
  public RuleViolation withCounterexample(Map<String, ?> parameters, String seed) {
    return withParameters(parameters, seed);
  }

  /**
   * Returns this violation with the case in which it was seen, which no seed brings back, and with
   * the chain of its causes.
   */
  public RuleViolation withStory(Map<String, ?> parameters) {
    StringBuilder causes = new StringBuilder();
    for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
      causes.append("\n  caused by ").append(cause);
    }
    causes.append("\n  no seed brings this back: where a kill hits is a matter of time");
    return withDetail(causes.toString()).withParameters(parameters, null);
  }

  private RuleViolation withParameters(Map<String, ?> parameters, @Nullable String caseSeed) {
    String addition =
        parameters.entrySet().stream()
            .map(entry -> "\n    " + entry.getKey() + " = " + format(entry.getValue()))
            .collect(Collectors.joining("", "\n  in the case", ""));
    return new RuleViolation(
        this, addition, Collections.unmodifiableMap(new LinkedHashMap<>(parameters)), caseSeed);
  }

  private static String format(Object value) {
    if (value instanceof float[] vector) {
      return Arrays.toString(vector);
    }
    return value instanceof Collection<?> all
        ? all.stream().map(RuleViolation::format).collect(Collectors.joining(", ", "[", "]"))
        : String.valueOf(value);
  }

  /** Returns the rule's id; several ids are separated by slashes. */
  public String rule() {
    return rule;
  }

  /** Returns the case in which the rule is broken; empty where a test has only one case. */
  public Map<String, Object> counterexample() {
    return counterexample;
  }

  /** Returns what leads to the case again. */
  public Optional<String> seed() {
    return Optional.ofNullable(seed);
  }
}
