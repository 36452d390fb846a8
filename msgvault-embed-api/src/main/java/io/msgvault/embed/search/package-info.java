/**
 * Searches an archive by meaning, by words, or by both.
 *
 * <h2>Table of contents</h2>
 *
 * <ol>
 *   <li><a href="#basics">Search basics</a>
 *   <li><a href="#modes">Modes and signals</a>
 *   <li><a href="#results">Results</a>
 *   <li><a href="#ranking">Ranking</a>
 *   <li><a href="#classes">The classes of a search</a>
 * </ol>
 *
 * <h2 id="basics">Search basics</h2>
 *
 * <p>A {@link io.msgvault.embed.search.Searcher} joins a message store, a vector store, an embedder
 * and a word index. It answers a {@link io.msgvault.embed.search.SearchRequest} with a {@link
 * io.msgvault.embed.search.SearchResult}:
 *
 * <pre>{@code
 * Searcher searcher = Searcher.builder(messages, vectors, embedder).words(words).build();
 * SearchResult result = searcher.search(SearchRequest.of("who paid for the boiler?"));
 * }</pre>
 *
 * <p>{@link io.msgvault.embed.search.Searcher#similarTo similarTo} takes a message of the index in
 * place of a question.
 *
 * <h2 id="modes">Modes and signals</h2>
 *
 * <p>Two signals can find a message. The vector signal compares the question with the chunks of the
 * active generation. The keyword signal asks the {@link io.msgvault.embed.store.WordIndex} for the
 * words of the question. The {@link io.msgvault.embed.search.SearchMode} of the request chooses one
 * or both. A hybrid search goes on with one signal if the other cannot answer. A {@link
 * io.msgvault.embed.search.SignalState} tells how each signal ended. If no signal can answer, the
 * search throws {@link io.msgvault.embed.search.SearchUnavailableException} or the embedder's
 * exception.
 *
 * <h2 id="results">Results</h2>
 *
 * <p>A {@link io.msgvault.embed.search.SearchHit} has the message's id, its score, its rank by each
 * signal, and the passages that matched. It has no other content: the archive shows the message.
 * The result also names the generation that answered and how much of the archive it covers.
 *
 * <h2 id="ranking">Ranking</h2>
 *
 * <ul>
 *   <li>by vectors: the cosine similarity of the question and the message's best chunk, computed
 *       again from the stored vectors;
 *   <li>by words: BM25, as {@link io.msgvault.embed.store.support.WordScoring} has it;
 *   <li>by both: a weighted sum of both scores, which are looked up for all candidates.
 * </ul>
 *
 * <p>A {@link io.msgvault.embed.search.Reranker} may reorder the head. A {@link
 * io.msgvault.embed.search.SearchRequest} may collapse conversations, sort by date and ask for a
 * least score.
 *
 * <h2 id="classes">The classes of a search</h2>
 *
 * <p>To follow a question through the code, read {@code Searcher} and {@code Signals}, then {@code
 * VectorSignal} with {@code Rescorer}, {@code KeywordSignal}, {@code Fusion} with {@code
 * CosineScale}, and {@code Passages}.
 */
@NullMarked
package io.msgvault.embed.search;

import org.jspecify.annotations.NullMarked;
