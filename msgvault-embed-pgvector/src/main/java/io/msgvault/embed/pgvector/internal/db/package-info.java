/** Connections, transactions, locks and error translation. */
@NullMarked
package io.msgvault.embed.pgvector.internal.db;

import org.jspecify.annotations.NullMarked;
