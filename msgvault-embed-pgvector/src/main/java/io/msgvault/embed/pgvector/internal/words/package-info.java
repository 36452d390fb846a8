/**
 * The words in PostgreSQL: an inverted index in segments.
 *
 * <p>The server keeps bytes and finds pages by their terms. All else happens here: the analysis,
 * the lists of documents, their merging and the ranking.
 */
@NullMarked
package io.msgvault.embed.pgvector.internal.words;

import org.jspecify.annotations.NullMarked;
