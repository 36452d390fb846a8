/**
 * The archive behind the command: SQLite files or a PostgreSQL schema.
 *
 * <p>Start with {@link io.msgvault.embed.cli.backend.Backend}; it picks one of the two by the value
 * of {@code --db}.
 */
@NullMarked
package io.msgvault.embed.cli.backend;

import org.jspecify.annotations.NullMarked;
