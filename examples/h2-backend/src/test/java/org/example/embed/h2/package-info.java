/** Runs the conformance suites of the kit on both stores. */
@NullMarked
package org.example.embed.h2;

import org.jspecify.annotations.NullMarked;
