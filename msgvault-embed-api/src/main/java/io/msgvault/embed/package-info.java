/**
 * Keeps the vectors and the words of an archive of messages up to date.
 *
 * <p>Start with {@link io.msgvault.embed.EmbedJob}, which fills the index, and its {@link
 * io.msgvault.embed.RunOutcome}. {@link io.msgvault.embed.JobListener} and {@link
 * io.msgvault.embed.IndexStatus} show what happens. {@link io.msgvault.embed.RetryPolicy} and
 * {@link io.msgvault.embed.Scheduler} are settings.
 *
 * <p>{@link io.msgvault.embed.VectorCopy} moves an index to another backend.
 *
 * <p>Continue with {@link io.msgvault.embed.search.Searcher}, which searches the index. To write a
 * backend, read {@link io.msgvault.embed.store}; to connect a model, read {@link
 * io.msgvault.embed.embedder}. The file {@code docs/contract.md} lists the rules that Javadoc
 * names, such as EJ-1, and the conformance tests check them.
 */
@NullMarked
package io.msgvault.embed;

import org.jspecify.annotations.NullMarked;
