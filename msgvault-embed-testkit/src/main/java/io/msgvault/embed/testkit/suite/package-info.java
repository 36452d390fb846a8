/**
 * The suites that an author of a backend extends.
 *
 * <p>A suite is a table of contents: its {@code implements} clause lists the groups of rules it
 * runs. The class adds only a factory method for the {@linkplain io.msgvault.embed.testkit
 * fixture}. {@link io.msgvault.embed.testkit.suite.ConformanceSuite} documents what all suites
 * share, and the system properties. {@code ConformanceHook} surrounds each test: it skips, names
 * the rule, and reports.
 */
@NullMarked
package io.msgvault.embed.testkit.suite;

import org.jspecify.annotations.NullMarked;
