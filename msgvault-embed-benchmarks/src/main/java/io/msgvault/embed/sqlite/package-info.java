/** Benchmarks of parts that the SQLite stores keep to themselves. */
@NullMarked
package io.msgvault.embed.sqlite;

import org.jspecify.annotations.NullMarked;
