/**
 * Interfaces that a backend implements, and the values they exchange.
 *
 * <p>Reading order: {@link io.msgvault.embed.store.MessageStore} keeps the archive's messages with
 * their stamps. {@link io.msgvault.embed.store.VectorStore} keeps the index; its two halves are
 * {@link io.msgvault.embed.store.GenerationLedger} and {@link io.msgvault.embed.store.VectorIndex}.
 * {@link io.msgvault.embed.store.WordIndex} keeps the words of the messages, and {@link
 * io.msgvault.embed.store.WordQuery} asks it. {@link io.msgvault.embed.store.Lease} and {@link
 * io.msgvault.embed.store.SharedLease} let workers exclude or join each other. The package {@code
 * support} has code that every backend needs.
 */
@NullMarked
package io.msgvault.embed.store;

import org.jspecify.annotations.NullMarked;
