/** Tests of the searcher, over the stores in memory. */
@NullMarked
package io.msgvault.embed.testkit.search;

import org.jspecify.annotations.NullMarked;
