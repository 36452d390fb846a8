package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import io.msgvault.embed.testkit.rules.SuiteContext;
import java.util.Set;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.PropagationMode;

/**
 * Runs groups of rules. Extend one of the suites, override its factory method, and run it as any
 * test class. Its tests are jqwik's, and each carries the {@link io.msgvault.embed.testkit.Rule}
 * that it tests.
 *
 * <p>No rule is skipped silently. A {@link Capability} counts as present until {@link #unsupported}
 * names it. A rule of which every test was skipped shows as lacking, with the reasons.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code msgvault.testkit.effort}: {@code smoke}, {@code quick}, {@code default} or {@code
 *       thorough}, how much is tried.
 *   <li>{@code msgvault.testkit.only}: ids of rules, such as {@code MS-2}, or names of test
 *       methods, separated by commas; all other tests are skipped.
 *   <li>{@code msgvault.testkit.seed}: the seed that a failure printed, to see it again; every
 *       random test uses it.
 *   <li>{@code msgvault.testkit.timeout}: the seconds that a test waits for a call that should not
 *       wait, 60 by default; then it reports a deadlock.
 *   <li>{@code msgvault.testkit.report}: the folder of the reports, {@code target/conformance} by
 *       default; each suite writes its findings there, rule by rule, as {@code <class>.md}, {@code
 *       <class>.json} and {@code <class>.tsv}.
 *   <li>{@code msgvault.testkit.kills} and {@code msgvault.testkit.messages}: how often the crash
 *       suites kill a process, and how many messages they begin with.
 * </ul>
 */
@AddLifecycleHook(value = ConformanceHook.class, propagateTo = PropagationMode.ALL_DESCENDANTS)
public abstract class ConformanceSuite implements SuiteContext {
  /** For suites. */
  protected ConformanceSuite() {}

  /**
   * Returns the capabilities that the backend under test lacks; none by default. It is also asked
   * of instances that run no test, so building a suite must open nothing.
   */
  protected Set<Capability> unsupported() {
    return Set.of();
  }

  /**
   * Returns how much the suite tries: what the system property says, by default. A second suite
   * over the same backend, such as one over other tables, may do with less.
   */
  @Override
  public Effort effort() {
    return Effort.chosen();
  }

  @Override
  public final boolean supports(Capability capability) {
    return !unsupported().contains(capability);
  }

  @Override
  public final void recordMeasurement(String name, double value) {
    ConformanceReport.of(getClass()).measured(name, value);
  }
}
