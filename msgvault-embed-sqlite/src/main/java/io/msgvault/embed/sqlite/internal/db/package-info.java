/**
 * Files, connections and transactions of SQLite.
 *
 * <p>Read {@link io.msgvault.embed.sqlite.internal.db.Database} first: it owns the connections of
 * one file and runs every transaction. A {@link io.msgvault.embed.sqlite.internal.db.Session} is
 * what the work of a transaction gets. This package knows neither archives nor vectors.
 */
@NullMarked
package io.msgvault.embed.sqlite.internal.db;

import org.jspecify.annotations.NullMarked;
