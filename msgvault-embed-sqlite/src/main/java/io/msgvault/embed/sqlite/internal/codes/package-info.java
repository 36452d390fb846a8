/**
 * Binary codes of vectors, and the scan over them. This package is arithmetic without SQL.
 *
 * <p>Read {@link io.msgvault.embed.sqlite.internal.codes.CodeMatrix} first: it explains the idea
 * and the layout. {@link io.msgvault.embed.sqlite.internal.codes.Rotation} comes before it and
 * {@link io.msgvault.embed.sqlite.internal.codes.CodeScan} after it.
 */
@NullMarked
package io.msgvault.embed.sqlite.internal.codes;

import org.jspecify.annotations.NullMarked;
