package io.msgvault.embed.testkit;

import java.util.Set;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.PropagationMode;
import org.junit.jupiter.api.Assumptions;

/**
 * What all suites of the kit have in common. A suite is a class of jqwik tests, each of which
 * carries the {@link Rule} that it tests; extend one, override its factory method, and run it as
 * any test class.
 *
 * <p>Nothing is skipped silently: a {@link Capability} counts as present until {@link #unsupported}
 * names it, and a rule that no test can reach shows as skipped, with the reason.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code msgvault.testkit.effort}: {@code quick}, {@code default} or {@code thorough}, how
 *       much is tried.
 *   <li>{@code msgvault.testkit.seed}: a seed that a failure printed, to see it again; it is used
 *       for every property.
 *   <li>{@code msgvault.testkit.timeout}: how many seconds a test waits for what should not wait at
 *       all before it calls it a deadlock, 60 by default.
 *   <li>{@code msgvault.testkit.report}: the folder of the reports, {@code target/conformance} by
 *       default; each suite writes its findings there, rule by rule, as {@code <class>.md} and
 *       {@code <class>.json}.
 * </ul>
 */
@AddLifecycleHook(value = ConformanceHook.class, propagateTo = PropagationMode.ALL_DESCENDANTS)
public abstract class ConformanceSuite {
  /** For suites. */
  protected ConformanceSuite() {}

  /** What the backend under test does without; nothing by default. */
  protected Set<Capability> unsupported() {
    return Set.of();
  }

  /** Names the interface under test. */
  protected abstract String subject();

  /** Returns whether the backend has a capability. */
  public final boolean supports(Capability capability) {
    return !unsupported().contains(capability);
  }

  /** Ends a test of a rule, or of a part of one, that no test can reach. */
  public static void skip(String reason) {
    Assumptions.abort(reason);
  }

  /** Puts a figure into the report. */
  public final void recordMeasurement(String what, double value) {
    ConformanceReport.of(getClass()).measured(what, value);
  }
}
