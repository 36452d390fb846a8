/** The archive behind the command: SQLite files or a PostgreSQL schema. */
@NullMarked
package io.msgvault.embed.cli.backend;

import org.jspecify.annotations.NullMarked;
