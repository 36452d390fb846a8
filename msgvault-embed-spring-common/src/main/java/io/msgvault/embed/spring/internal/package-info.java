/** The configurations that make the beans, and what they share. */
@NullMarked
package io.msgvault.embed.spring.internal;

import org.jspecify.annotations.NullMarked;
