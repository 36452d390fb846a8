/** Tests of the command, in this process over real files, and as a process of its own. */
@NullMarked
package io.msgvault.embed.cli;

import org.jspecify.annotations.NullMarked;
