package io.msgvault.embed.archive;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is known of a message, without its text.
 *
 * @param id its id
 * @param source the name of its source
 * @param externalId what tells it from the others of its source; empty where another client left it
 *     out
 * @param type its type
 * @param subject its subject line; may be empty
 * @param sender who sent it, if known
 * @param to its To recipients, in order
 * @param cc its Cc recipients, in order
 * @param bcc its Bcc recipients, in order
 * @param sentAt when it was sent, if known
 * @param sizeBytes its size in bytes, if known
 * @param labels its labels, in the order of their names
 * @param attachments the names of its attachments, in order
 * @param live whether it is not soft-deleted
 */
public record MessageHeader(
    long id,
    String source,
    String externalId,
    String type,
    String subject,
    Optional<Participant> sender,
    List<Participant> to,
    List<Participant> cc,
    List<Participant> bcc,
    Optional<Instant> sentAt,
    OptionalLong sizeBytes,
    Set<String> labels,
    List<String> attachments,
    boolean live) {}
