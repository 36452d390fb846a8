package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives rules what each of them may ask of the suite that runs them.
 *
 * <p>A group of rules is an interface whose default methods are the tests. So a suite is a class
 * that implements groups of rules, and its {@code implements} clause is its table of contents.
 */
public interface SuiteContext {
  /** Returns whether the backend under test has a capability. */
  boolean supports(Capability capability);

  /** Returns how much the suite tries. */
  Effort effort();

  /** Puts a figure into the report. */
  void recordMeasurement(String name, double value);

  /** Returns the capabilities that the backend under test lacks. */
  default Set<Capability> missingCapabilities() {
    return Arrays.stream(Capability.values())
        .filter(capability -> !supports(capability))
        .collect(Collectors.toUnmodifiableSet());
  }
}
