/**
 * Runs transactions and holds locks. Start with {@link
 * io.msgvault.embed.pgvector.internal.db.Database}, then read {@link
 * io.msgvault.embed.pgvector.internal.db.PgErrors} and {@link
 * io.msgvault.embed.pgvector.internal.db.AdvisoryLocks}. Nothing here knows an archive or an index.
 */
@NullMarked
package io.msgvault.embed.pgvector.internal.db;

import org.jspecify.annotations.NullMarked;
