/** Binary codes of vectors and the scan over them. */
@NullMarked
package io.msgvault.embed.sqlite.internal.codes;

import org.jspecify.annotations.NullMarked;
