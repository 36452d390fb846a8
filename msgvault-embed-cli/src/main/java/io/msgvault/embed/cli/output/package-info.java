/**
 * Prints tables, JSON, progress and errors.
 *
 * <p>Start with {@link io.msgvault.embed.cli.output.Console}, which everything here writes to.
 */
@NullMarked
package io.msgvault.embed.cli.output;

import org.jspecify.annotations.NullMarked;
