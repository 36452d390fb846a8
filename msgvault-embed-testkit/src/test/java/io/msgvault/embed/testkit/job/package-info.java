/**
 * Tests a job beyond the contract: its requests and their number, its timers, its events. They are
 * here and not beside the job, because they need the stores in memory.
 */
@NullMarked
package io.msgvault.embed.testkit.job;

import org.jspecify.annotations.NullMarked;
