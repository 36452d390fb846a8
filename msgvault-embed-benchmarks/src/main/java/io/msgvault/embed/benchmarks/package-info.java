/**
 * Benchmarks of the library, and comparisons with its peers. They are never published.
 *
 * <p>Start with {@link io.msgvault.embed.benchmarks.Bench}, which runs one by its name. Each class
 * named {@code …Benchmark} is one of them; the others are data, peers and tools. docs/benchmarks.md
 * explains the work and the results. The benchmarks may use internal packages of other modules.
 */
@NullMarked
package io.msgvault.embed.benchmarks;

import org.jspecify.annotations.NullMarked;
