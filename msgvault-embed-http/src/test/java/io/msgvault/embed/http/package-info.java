/** The tests of the HTTP embedder, and the servers they talk to. */
@NullMarked
package io.msgvault.embed.http;

import org.jspecify.annotations.NullMarked;
