/** Embedders: turn texts into vectors. */
@NullMarked
package io.msgvault.embed.embedder;

import org.jspecify.annotations.NullMarked;
