/** Reads and writes the directory of a word index. */
@NullMarked
package io.msgvault.embed.lucene.internal;

import org.jspecify.annotations.NullMarked;
