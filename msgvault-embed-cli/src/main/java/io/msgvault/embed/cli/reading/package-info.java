/**
 * Reads an archive for as long as a server runs: searches, messages, conversations, the state of
 * the index, and the map.
 */
@NullMarked
package io.msgvault.embed.cli.reading;

import org.jspecify.annotations.NullMarked;
