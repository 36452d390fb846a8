package io.msgvault.embed.internal.job;

import io.msgvault.embed.VectorCopyProgress;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.store.VectorStore;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** What a copy of vectors works with. */
public record VectorCopySettings(
    MessageStore messages,
    VectorStore from,
    VectorIndex to,
    Executor executor,
    int concurrency,
    Consumer<VectorCopyProgress> listener) {}
