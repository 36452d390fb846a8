/** Reads mail as it lies on disks: mailbox files, single messages, Maildirs. */
@NullMarked
package io.msgvault.embed.cli.mail;

import org.jspecify.annotations.NullMarked;
