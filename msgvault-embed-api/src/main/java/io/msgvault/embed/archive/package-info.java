/**
 * Writes messages to an archive of the bundled schema, and reads what it knows of them.
 *
 * <p>{@link io.msgvault.embed.archive.MessageArchive} is the interface; both backends implement it.
 */
@NullMarked
package io.msgvault.embed.archive;

import org.jspecify.annotations.NullMarked;
