/** Stores in memory and a small embedder, for a host's unit tests. */
@NullMarked
package io.msgvault.embed.memory;

import org.jspecify.annotations.NullMarked;
