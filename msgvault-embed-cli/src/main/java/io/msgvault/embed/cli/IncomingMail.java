package io.msgvault.embed.cli;

import io.msgvault.embed.cli.mail.Mail;

/**
 * A mail to be stored.
 *
 * @param source the file or account it comes from
 * @param key what tells it from the others of its source
 * @param mail its content
 * @param bytes its size
 */
record IncomingMail(String source, String key, Mail mail, long bytes) {}
