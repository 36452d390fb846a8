/**
 * The rules of the contract as tests: an interface for each group, a default method for each test.
 *
 * <p>A {@code …Context} gives the groups of one subject what they share: a new fixture for each
 * test and random values. A {@code …Rules} interface extends a context and holds the tests; the
 * {@link io.msgvault.embed.testkit.Rule} of each names the ids. The {@code …ScenarioRules} compare
 * a backend with a model after random actions; the other groups look at one rule at a time.
 */
@NullMarked
package io.msgvault.embed.testkit.rules;

import org.jspecify.annotations.NullMarked;
