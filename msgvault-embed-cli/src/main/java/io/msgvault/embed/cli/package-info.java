/**
 * The {@code msgvault-embed} command: import, build, status and search.
 *
 * <p>Start with {@link io.msgvault.embed.cli.MsgvaultEmbed}, which declares the commands. Package
 * {@code command} holds one class for each of them. They use {@code backend}, the archive behind
 * {@code --db}; {@code mail}, which reads mail from files; and {@code output}, which prints. No
 * package uses one that stands before it in this list.
 */
@NullMarked
package io.msgvault.embed.cli;

import org.jspecify.annotations.NullMarked;
