/**
 * The values, the service-provider interfaces and the job that keep a vector index true to an
 * archive of messages.
 *
 * <p>A host reads {@link io.msgvault.embed.EmbedJob} first; the author of a backend reads {@link
 * io.msgvault.embed.MessageStore} and {@link io.msgvault.embed.VectorStore}; whoever connects a
 * model reads {@link io.msgvault.embed.Embedder}. Rules in the Javadoc carry the ids under which
 * {@code docs/contract.md} lists them and the conformance kit tests them.
 */
@NullMarked
package io.msgvault.embed;

import org.jspecify.annotations.NullMarked;
