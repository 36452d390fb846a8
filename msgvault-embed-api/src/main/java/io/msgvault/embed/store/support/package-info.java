/**
 * Decisions that every backend would otherwise write again. They know no database and keep no
 * state.
 *
 * <p>Reading order for an author of a backend: {@link
 * io.msgvault.embed.store.support.GenerationLifecycle} says what the life cycle of generations
 * allows. {@link io.msgvault.embed.store.support.VectorMath} checks and compares vectors. {@link
 * io.msgvault.embed.store.support.RunRows} turns the counts of a run into columns. {@link
 * io.msgvault.embed.store.support.SqlTemplate} puts the names of tables and columns into
 * statements.
 */
@NullMarked
package io.msgvault.embed.store.support;

import org.jspecify.annotations.NullMarked;
