/** Both stores on H2, by plain JDBC: as small as a backend can be that keeps the whole contract. */
@NullMarked
package org.example.embed.h2;

import org.jspecify.annotations.NullMarked;
