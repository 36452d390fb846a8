/**
 * Keeps an archive and its index in PostgreSQL with pgvector.
 *
 * <p>Reading order: {@link io.msgvault.embed.pgvector.PgArchive} stores messages in the bundled
 * tables. {@link io.msgvault.embed.pgvector.PgMessageStore} works over these or a host's own
 * tables. {@link io.msgvault.embed.pgvector.PgVectorStore} keeps the vectors, and {@link
 * io.msgvault.embed.pgvector.PgWordIndex} the words.
 */
@NullMarked
package io.msgvault.embed.pgvector;

import org.jspecify.annotations.NullMarked;
