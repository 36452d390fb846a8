/** The interfaces that a backend implements, and the values they exchange. */
@NullMarked
package io.msgvault.embed.store;

import org.jspecify.annotations.NullMarked;
