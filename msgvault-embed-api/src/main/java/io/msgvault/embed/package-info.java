/**
 * Keeps a vector index true to an archive of messages, and searches it.
 *
 * <p>Start with {@link io.msgvault.embed.EmbedJob}, which fills the index, and {@link
 * io.msgvault.embed.search.Searcher}, which searches it. To write a backend, read {@link
 * io.msgvault.embed.store}; to connect a model, read {@link io.msgvault.embed.embedder}. The rules
 * that Javadoc names, such as EJ-1, are listed in {@code docs/contract.md}, and the conformance kit
 * tests them.
 */
@NullMarked
package io.msgvault.embed;

import org.jspecify.annotations.NullMarked;
