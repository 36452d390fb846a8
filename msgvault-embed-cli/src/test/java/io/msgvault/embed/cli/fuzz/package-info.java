/** Targets of {@code dev/fuzz}: code that reads what strangers have written. */
@NullMarked
package io.msgvault.embed.cli.fuzz;

import org.jspecify.annotations.NullMarked;
