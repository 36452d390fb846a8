/** The <code>msgvault-embed</code> command: import, build, status and search. */
@NullMarked
package io.msgvault.embed.cli;

import org.jspecify.annotations.NullMarked;
