/**
 * Reads mail from disks: mailbox files, single messages, Maildirs and folders of MH, packed or not.
 *
 * <p>Start with {@link io.msgvault.embed.cli.mail.MailReader}, which reads files and folders. It
 * finds them with {@code MailFinder}, tells with {@code MailFile} what a file holds, and splits
 * mailbox files with {@code MboxReader}. Each message goes through {@code MailStream}, which
 * repairs its header and line ends, to {@link io.msgvault.embed.cli.mail.MailParser}.
 *
 * <p>The parser keeps the fields of a {@code Message} in a {@code MailHeader}, and its texts in
 * {@code TextPart}s. Both are decoded when the message has been read to its end, because only then
 * the charset is known of what declares none: {@code Charsets} has the rules.
 */
@NullMarked
package io.msgvault.embed.cli.mail;

import org.jspecify.annotations.NullMarked;
