@NullMarked
package io.msgvault.embed.lucene;

import org.jspecify.annotations.NullMarked;
