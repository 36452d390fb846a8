package io.msgvault.embed.spring.internal;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.util.List;
import java.util.Optional;

/**
 * What a job and a searcher are made of. All of it is there, or the application does not start.
 *
 * @param embedder the embedder of the job
 * @param others more embedders, which answer for indexes of their models
 */
record EmbedParts(
    MessageStore messages,
    VectorStore vectors,
    Optional<WordIndex> words,
    Embedder embedder,
    List<Embedder> others) {}
