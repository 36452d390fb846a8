package io.msgvault.embed;

import io.msgvault.embed.embedder.TokenSource;

/**
 * What a build would embed, as {@link EmbedJob#estimate} finds it (EJ-28). Messages and chunks are
 * exact for an archive that does not change meanwhile. The tokens are those of the chunks with the
 * embedder's document prefix, and without special tokens, of which most models add two to a chunk.
 * A run may send less, because it embeds a text once that repeats within some thousand texts.
 *
 * @param messages the messages whose texts are embedded
 * @param blank the messages that have nothing to embed
 * @param reused the messages that keep their vectors, because their text has not changed
 * @param chunks the chunks of {@code messages}, and so the vectors that are made
 * @param requests the calls of the embedder, if none fails
 * @param tokens the tokens of {@code chunks}
 * @param tokenSource whether the tokens are {@link TokenSource#COUNTED} or {@link
 *     TokenSource#ESTIMATED}
 */
public record Estimate(
    long messages,
    long blank,
    long reused,
    long chunks,
    long requests,
    long tokens,
    TokenSource tokenSource) {}
