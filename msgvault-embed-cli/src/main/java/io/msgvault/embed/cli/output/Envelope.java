package io.msgvault.embed.cli.output;

import io.msgvault.embed.cli.mail.Mail.Address;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What is shown of a message besides its text. */
public record Envelope(
    long id,
    String source,
    String externalId,
    String subject,
    Optional<Address> sender,
    List<Address> to,
    List<Address> cc,
    Optional<Instant> sentAt,
    OptionalLong sizeBytes,
    Set<String> labels,
    List<String> attachments) {}
