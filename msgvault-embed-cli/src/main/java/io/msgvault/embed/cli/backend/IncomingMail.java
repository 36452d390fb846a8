package io.msgvault.embed.cli.backend;

import io.msgvault.embed.cli.mail.Mail;

/**
 * A mail to be stored.
 *
 * @param source the file or account it comes from
 * @param externalId what tells it from the others of its source
 * @param mail its content
 * @param sizeBytes its size
 */
public record IncomingMail(String source, String externalId, Mail mail, long sizeBytes) {}
