/** The subcommands. */
@NullMarked
package io.msgvault.embed.cli.command;

import org.jspecify.annotations.NullMarked;
