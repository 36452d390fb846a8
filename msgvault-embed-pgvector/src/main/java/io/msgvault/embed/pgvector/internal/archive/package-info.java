/**
 * Reads, stamps and installs over an archive's tables. Start with {@link
 * io.msgvault.embed.pgvector.internal.archive.MappedSql}, which names the tables in statements,
 * then read {@link io.msgvault.embed.pgvector.internal.archive.ArchiveInstaller} and {@link
 * io.msgvault.embed.pgvector.internal.archive.MessageReader}.
 */
@NullMarked
package io.msgvault.embed.pgvector.internal.archive;

import org.jspecify.annotations.NullMarked;
