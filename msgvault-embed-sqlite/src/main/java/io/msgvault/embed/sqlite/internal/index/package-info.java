/** The vector store: generations, vectors, codes, runs. */
@NullMarked
package io.msgvault.embed.sqlite.internal.index;

import org.jspecify.annotations.NullMarked;
