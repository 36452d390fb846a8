/** A message store and a vector store on SQLite files. */
@NullMarked
package io.msgvault.embed.sqlite;

import org.jspecify.annotations.NullMarked;
