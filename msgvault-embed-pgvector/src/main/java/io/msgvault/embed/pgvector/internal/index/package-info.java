/** The vector store: generations, chunks, search, runs, leases. */
@NullMarked
package io.msgvault.embed.pgvector.internal.index;

import org.jspecify.annotations.NullMarked;
