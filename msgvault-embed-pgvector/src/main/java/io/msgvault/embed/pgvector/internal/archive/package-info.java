/** The message store: tables, mapping, filters, keywords. */
@NullMarked
package io.msgvault.embed.pgvector.internal.archive;

import org.jspecify.annotations.NullMarked;
