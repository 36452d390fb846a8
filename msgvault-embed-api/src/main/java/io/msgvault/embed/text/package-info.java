/**
 * Prepares the text of messages, and cuts it into chunks and words.
 *
 * <p><b>Chunks.</b> A {@link io.msgvault.embed.text.TextPolicy} sets what is embedded and how it is
 * cut. A {@link io.msgvault.embed.text.TextPreparer} turns the subject, plain text and HTML of a
 * message into one <em>prepared text</em>. A {@link io.msgvault.embed.text.Chunker} cuts that into
 * {@linkplain io.msgvault.embed.text.Chunk chunks} that fit the model, with the help of the
 * embedder's {@link io.msgvault.embed.text.TokenCounter}. Preparer and chunker are pure functions
 * of the policy and their arguments. So the same message always gives the same chunks.
 *
 * <p><b>Words.</b> A {@link io.msgvault.embed.text.WordAnalyzer} cuts text into the terms of a word
 * index, with a {@link io.msgvault.embed.text.Stemmer}. {@link io.msgvault.embed.text.Texts}
 * repairs malformed strings.
 *
 * <p>Lengths and offsets are in UTF-16 code units, as {@link String#length()} counts them. Every
 * step takes time and memory in proportion to its input, for any input. This package uses no other
 * package of this library.
 *
 * <p>Reading order: {@code TextPolicy} and its steps, {@code TextPreparer}, one class per step from
 * {@code HtmlText} to {@code WhiteSpace}, then {@code Chunker} with {@code Breaks} and {@code
 * LengthMeter}.
 */
@NullMarked
package io.msgvault.embed.text;

import org.jspecify.annotations.NullMarked;
