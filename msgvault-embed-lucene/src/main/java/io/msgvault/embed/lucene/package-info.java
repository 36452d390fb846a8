/**
 * Keeps the words of an archive in a local directory, with Apache Lucene.
 *
 * <p>Start with {@link io.msgvault.embed.lucene.LuceneWordIndex}. {@link
 * io.msgvault.embed.lucene.SnowballStemmer} has the stemmers of languages other than English, for
 * the word index of any backend.
 */
@NullMarked
package io.msgvault.embed.lucene;

import org.jspecify.annotations.NullMarked;
