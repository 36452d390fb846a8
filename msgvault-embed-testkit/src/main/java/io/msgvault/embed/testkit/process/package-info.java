/**
 * Other processes, which the rules kill.
 *
 * <p>{@link io.msgvault.embed.testkit.process.ChildProcess} does one piece of work on a storage and
 * waits for its end. {@link io.msgvault.embed.testkit.process.CrashScenario} lets {@code
 * CrashWorker} write and run jobs, kills it at random moments, and checks what it left. {@link
 * io.msgvault.embed.testkit.process.MigrationCrashScenario} does the same to migrations.
 */
@NullMarked
package io.msgvault.embed.testkit.process;

import org.jspecify.annotations.NullMarked;
