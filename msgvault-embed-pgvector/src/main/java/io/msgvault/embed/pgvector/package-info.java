/**
 * Keeps an archive and its index in PostgreSQL with pgvector.
 *
 * <p>Reading order: {@link io.msgvault.embed.pgvector.PgArchive} stores messages in the bundled
 * tables. {@link io.msgvault.embed.pgvector.PgMessageStore} works over these or a host's own
 * tables. {@link io.msgvault.embed.pgvector.PgVectorStore} is the index.
 */
@NullMarked
package io.msgvault.embed.pgvector;

import org.jspecify.annotations.NullMarked;
