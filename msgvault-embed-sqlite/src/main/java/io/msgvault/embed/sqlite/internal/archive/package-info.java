/**
 * The tables of an archive, bundled or a host's own: schema, names, stamps, removals and filters.
 *
 * <p>Read {@link io.msgvault.embed.sqlite.internal.archive.Schema} and its scripts first, then
 * {@link io.msgvault.embed.sqlite.internal.archive.MappedSql}, which puts a mapping's names into
 * statements. {@link io.msgvault.embed.sqlite.internal.archive.StampGroup} explains how messages
 * that need work are found.
 */
@NullMarked
package io.msgvault.embed.sqlite.internal.archive;

import org.jspecify.annotations.NullMarked;
