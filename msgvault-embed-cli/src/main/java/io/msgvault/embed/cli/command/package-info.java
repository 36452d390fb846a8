/**
 * The subcommands, one class each.
 *
 * <p>Start with {@link io.msgvault.embed.cli.command.CliContext}, which every command gets. {@code
 * JobRunner} runs the embedding job and reports how it ended; {@code Importer} stores mail. The
 * classes named {@code …Options} are groups of options that several commands share.
 */
@NullMarked
package io.msgvault.embed.cli.command;

import org.jspecify.annotations.NullMarked;
