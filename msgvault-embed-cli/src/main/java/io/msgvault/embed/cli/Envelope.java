package io.msgvault.embed.cli;

import io.msgvault.embed.cli.mail.Mail.Address;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What is shown of a message besides its text. */
record Envelope(
    long id,
    String source,
    String key,
    String subject,
    Optional<Address> sender,
    List<Address> to,
    List<Address> cc,
    Optional<Instant> sent,
    OptionalLong bytes,
    Set<String> labels,
    List<String> attachments) {}
