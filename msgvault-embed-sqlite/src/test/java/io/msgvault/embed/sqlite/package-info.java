/** Holds the SQLite stores to the contract, and to what only they promise. */
@NullMarked
package io.msgvault.embed.sqlite;

import org.jspecify.annotations.NullMarked;
