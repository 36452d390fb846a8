/**
 * Gives language models what they read: the texts of hits, with metadata and with filters over it.
 *
 * <p>A {@link io.msgvault.embed.search.retrieval.MessageRetriever} searches and reads a {@link
 * io.msgvault.embed.search.retrieval.TextExtent} of each hit. {@link
 * io.msgvault.embed.search.retrieval.MetadataFilters} makes a {@link
 * io.msgvault.embed.model.MessageFilter} of comparisons by name, as the filters of other libraries
 * have them. {@link io.msgvault.embed.search.retrieval.MetadataKeys} has the names.
 */
@NullMarked
package io.msgvault.embed.search.retrieval;

import org.jspecify.annotations.NullMarked;
