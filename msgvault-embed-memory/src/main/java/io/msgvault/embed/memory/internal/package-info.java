/** What defines the filters and the details of the stores in memory. */
@NullMarked
package io.msgvault.embed.memory.internal;

import org.jspecify.annotations.NullMarked;
