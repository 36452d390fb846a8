/** Benchmarks of the whole, and comparisons with its peers. */
@NullMarked
package io.msgvault.embed.benchmarks;

import org.jspecify.annotations.NullMarked;
