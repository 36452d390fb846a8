/**
 * The models, scenarios and random values that the rules are checked with.
 *
 * <p>{@link io.msgvault.embed.testkit.model.Expect} asserts, and blames the {@linkplain
 * io.msgvault.embed.testkit.model.RunningRule rule under test}. {@code ArchiveModel} and {@code
 * IndexModel} are what a store must agree with, and the {@code …Scenario} classes lead a store and
 * its model through random actions. A {@code …UnderTest} class holds the stores that are open
 * during a test. {@code Generators} makes random values, {@code CallInterceptor} watches or breaks
 * the calls of a job, and {@code ConcurrentCalls} runs calls at once.
 */
@NullMarked
package io.msgvault.embed.testkit.model;

import org.jspecify.annotations.NullMarked;
