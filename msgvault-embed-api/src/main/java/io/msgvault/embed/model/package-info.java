/**
 * Values that all parts exchange. They know no store and no embedder.
 *
 * <p>Reading order: {@link io.msgvault.embed.model.Fingerprint} and {@link
 * io.msgvault.embed.model.Scope} define an index, {@link io.msgvault.embed.model.Generation} is
 * one, and {@link io.msgvault.embed.model.Coverage} says how far it is filled. {@link
 * io.msgvault.embed.model.RunRecord} and {@link io.msgvault.embed.model.RunCounts} tell of runs,
 * {@link io.msgvault.embed.model.BackstopFindings} of repairs, and {@link
 * io.msgvault.embed.model.MessageFilter} selects messages. {@link
 * io.msgvault.embed.model.EmbedException} is the root of all errors.
 */
@NullMarked
package io.msgvault.embed.model;

import org.jspecify.annotations.NullMarked;
