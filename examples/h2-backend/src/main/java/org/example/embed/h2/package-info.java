/**
 * A message store and a vector store on H2 with plain JDBC: a minimal backend that keeps the whole
 * contract.
 */
@NullMarked
package org.example.embed.h2;

import org.jspecify.annotations.NullMarked;
