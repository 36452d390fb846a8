/**
 * From a message to the pieces of text that are embedded.
 *
 * <p>A {@link io.msgvault.embed.text.TextPolicy} says what is embedded and how it is cut. A {@link
 * io.msgvault.embed.text.TextPreparer} turns the subject, plain text and HTML of a message into one
 * <em>prepared text</em>, and a {@link io.msgvault.embed.text.Chunker} cuts that into {@linkplain
 * io.msgvault.embed.text.Chunk chunks} that fit the model. Both are pure functions of the policy
 * and their arguments, so that the same message always gives the same chunks.
 *
 * <p>Lengths and offsets are counted in UTF-16 code units, as {@link String#length()} counts them.
 * Every step takes time and memory in proportion to its input, whatever the input is.
 */
@NullMarked
package io.msgvault.embed.text;

import org.jspecify.annotations.NullMarked;
