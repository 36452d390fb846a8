/** An embedder on an OpenAI-compatible endpoint. */
@NullMarked
package io.msgvault.embed.http;

import org.jspecify.annotations.NullMarked;
