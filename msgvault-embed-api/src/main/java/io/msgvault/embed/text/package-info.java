/** Turns the content of a message into the chunks of text that an embedder is given. */
@NullMarked
package io.msgvault.embed.text;

import org.jspecify.annotations.NullMarked;
