/** Values, the interfaces that a backend implements, and the job that embeds what needs work. */
@NullMarked
package io.msgvault.embed;

import org.jspecify.annotations.NullMarked;
