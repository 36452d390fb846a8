/** The kit's suites over both stores. */
@NullMarked
package org.example.embed.h2;

import org.jspecify.annotations.NullMarked;
