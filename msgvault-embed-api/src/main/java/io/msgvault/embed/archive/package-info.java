/** An archive of the bundled schema: writing messages to it, and reading what it knows of them. */
@NullMarked
package io.msgvault.embed.archive;

import org.jspecify.annotations.NullMarked;
