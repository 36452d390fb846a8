/** Models of an archive and an index, scenarios over them, and generators. */
@NullMarked
package io.msgvault.embed.testkit.model;

import org.jspecify.annotations.NullMarked;
