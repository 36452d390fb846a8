/**
 * Reads mail from disks: mailbox files, single messages and Maildirs.
 *
 * <p>Start with {@link io.msgvault.embed.cli.mail.MailReader}, which reads files and folders. It
 * finds them with {@code MailFinder}, splits mailbox files with {@code MboxReader}, and parses each
 * message with {@link io.msgvault.embed.cli.mail.MailParser}.
 */
@NullMarked
package io.msgvault.embed.cli.mail;

import org.jspecify.annotations.NullMarked;
