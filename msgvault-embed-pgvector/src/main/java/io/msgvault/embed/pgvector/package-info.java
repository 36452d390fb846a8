/** A message store and a vector store on PostgreSQL with pgvector. */
@NullMarked
package io.msgvault.embed.pgvector;

import org.jspecify.annotations.NullMarked;
