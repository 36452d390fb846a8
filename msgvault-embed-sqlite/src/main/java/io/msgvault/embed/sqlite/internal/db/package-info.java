/** Connections, transactions, files and error translation. */
@NullMarked
package io.msgvault.embed.sqlite.internal.db;

import org.jspecify.annotations.NullMarked;
