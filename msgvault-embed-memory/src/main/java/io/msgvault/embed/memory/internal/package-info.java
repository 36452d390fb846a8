/** What defines filters, details and keyword ranking of the stores in memory. */
@NullMarked
package io.msgvault.embed.memory.internal;

import org.jspecify.annotations.NullMarked;
