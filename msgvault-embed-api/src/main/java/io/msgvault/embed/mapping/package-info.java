/** Mappings of a host's own tables, and what can be wrong with such tables. */
@NullMarked
package io.msgvault.embed.mapping;

import org.jspecify.annotations.NullMarked;
