/**
 * The tables of a vector store: generations, vectors, codes and runs.
 *
 * <p>Read {@link io.msgvault.embed.sqlite.internal.index.Generations} first, then {@link
 * io.msgvault.embed.sqlite.internal.index.VectorTable}. The other classes belong to the search by
 * codes: {@link io.msgvault.embed.sqlite.internal.index.CodeTable} stores the codes, {@link
 * io.msgvault.embed.sqlite.internal.index.CodeIndex} holds them in memory, and {@code CodeSearch}
 * searches them.
 */
@NullMarked
package io.msgvault.embed.sqlite.internal.index;

import org.jspecify.annotations.NullMarked;
