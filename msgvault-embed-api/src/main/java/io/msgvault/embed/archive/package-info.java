/**
 * Writes messages to an archive of the bundled schema, and reads what it knows of them.
 *
 * <p>Reading order: {@link io.msgvault.embed.archive.MessageArchive} is the interface, which both
 * backends implement. {@link io.msgvault.embed.archive.NewMessage} goes in, and {@link
 * io.msgvault.embed.archive.MessageHeader} comes out.
 */
@NullMarked
package io.msgvault.embed.archive;

import org.jspecify.annotations.NullMarked;
