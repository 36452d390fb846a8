/**
 * Stores in memory and other stand-ins for the unit tests of a host.
 *
 * <p>Start with {@link io.msgvault.embed.memory.InMemoryArchive} and {@link
 * io.msgvault.embed.memory.InMemoryIndex}, which hold the state, and the stores that open them:
 * {@link io.msgvault.embed.memory.InMemoryMessageStore} and {@link
 * io.msgvault.embed.memory.InMemoryVectorStore}. {@link io.msgvault.embed.memory.InMemoryWordIndex}
 * has a storage of its own. {@link io.msgvault.embed.memory.HashEmbedder} needs no model. {@link
 * io.msgvault.embed.memory.SettableClock} and {@link io.msgvault.embed.memory.ManualScheduler} let
 * a test move time on. All of them keep the contract, and none needs a test framework.
 */
@NullMarked
package io.msgvault.embed.memory;

import org.jspecify.annotations.NullMarked;
