/**
 * Vectors and words on an OpenSearch cluster, for archives that outgrow one machine.
 *
 * <p>{@link io.msgvault.embed.store.VectorStore#of} joins an {@link
 * io.msgvault.embed.opensearch.OpenSearchVectorIndex} with the ledger of a database, such as
 * PostgreSQL. The archive stays there too.
 */
@NullMarked
package io.msgvault.embed.opensearch;

import org.jspecify.annotations.NullMarked;
