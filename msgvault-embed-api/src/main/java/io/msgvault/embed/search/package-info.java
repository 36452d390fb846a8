/** Vector, keyword and hybrid search over the active generation. */
@NullMarked
package io.msgvault.embed.search;

import org.jspecify.annotations.NullMarked;
