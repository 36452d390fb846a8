package io.msgvault.embed.cli.backend;

import io.msgvault.embed.cli.mail.Mail;

/**
 * A mail that is to be stored.
 *
 * @param source the file or account it comes from
 * @param externalId its key, unique within the source
 * @param mail its content
 * @param sizeBytes its size in bytes
 */
public record IncomingMail(String source, String externalId, Mail mail, long sizeBytes) {}
