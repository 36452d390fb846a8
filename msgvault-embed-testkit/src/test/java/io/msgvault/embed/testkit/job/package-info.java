/**
 * Tests of the job's dealings with its embedder that go beyond the contract: how many requests,
 * when, in which order.
 */
@NullMarked
package io.msgvault.embed.testkit.job;

import org.jspecify.annotations.NullMarked;
