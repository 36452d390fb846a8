package io.msgvault.embed.pgvector.internal.words;

import java.util.List;

/**
 * A part of a question: what it adds to the score of a document at most, and the lists that tell
 * how often it occurs.
 *
 * @param weight what it adds at most, above 0
 * @param lists where the keys are looked up
 * @param keys the terms whose occurrences are added up, or the words of a phrase in their order
 * @param phrase whether the words must follow one another
 */
record Part(double weight, Lists lists, List<byte[]> keys, boolean phrase) {}
