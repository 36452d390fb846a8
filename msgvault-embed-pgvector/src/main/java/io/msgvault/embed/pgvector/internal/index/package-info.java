/**
 * Keeps and searches vectors. Start with {@link
 * io.msgvault.embed.pgvector.internal.index.Generations}, then read {@link
 * io.msgvault.embed.pgvector.internal.index.VectorTable}, {@link
 * io.msgvault.embed.pgvector.internal.index.VectorSearch} and {@link
 * io.msgvault.embed.pgvector.internal.index.Leases}.
 */
@NullMarked
package io.msgvault.embed.pgvector.internal.index;

import org.jspecify.annotations.NullMarked;
