/**
 * The types that an author of a backend names, and the vocabulary of the kit.
 *
 * <p>Start with {@link io.msgvault.embed.testkit.MessageStoreFixture}, {@link
 * io.msgvault.embed.testkit.VectorStoreFixture}, {@link io.msgvault.embed.testkit.WordIndexFixture}
 * or {@link io.msgvault.embed.testkit.EmbedderFixture}: an author implements one to present a
 * backend to the kit. {@link io.msgvault.embed.testkit.StorageFixture} pairs two stores, and {@link
 * io.msgvault.embed.testkit.MigrationFixture} adds the tables of a host. {@link
 * io.msgvault.embed.testkit.Capability} lists what a backend may lack, and {@link
 * io.msgvault.embed.testkit.OtherProcess} says how another process opens a storage.
 *
 * <p>The packages depend on each other in one direction: {@code suite} on {@code rules}, {@code
 * rules} on {@code process}, {@code process} on {@code model}, and all on this one. Then read
 * {@code suite}: extend one of its classes to run the tests. The rules stand in {@code
 * docs/contract.md}.
 */
@NullMarked
package io.msgvault.embed.testkit;

import org.jspecify.annotations.NullMarked;
