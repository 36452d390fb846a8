package io.msgvault.embed.model;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which messages a search may find. Each component is a group: a message matches when it matches
 * every group that is set (AND between groups), and it matches a group of names when it has any of
 * them (OR within). A name that no message has matches nothing. Only live messages match, whatever
 * the filter.
 *
 * <p>Addresses are compared after lower-casing both sides (ASCII letters; the builder lower-cases
 * its values). Types, sources and labels are compared exactly.
 *
 * @param sources names of sources
 * @param types message types
 * @param senders addresses of the sender
 * @param to addresses among the To recipients
 * @param cc addresses among the Cc recipients
 * @param bcc addresses among the Bcc recipients
 * @param recipients addresses among the recipients of any kind
 * @param labels names of labels
 * @param hasAttachment whether there is an attachment
 * @param from the earliest time sent, inclusive; a message without a time does not match
 * @param before the latest time sent, exclusive; a message without a time does not match
 * @param minBytes the smallest size in bytes, inclusive; a message without a known size does not
 *     match
 * @param maxBytes the largest size in bytes, inclusive; a message without a known size does not
 *     match
 * @param subjectContains a part of the subject, compared after lower-casing ASCII letters on both
 *     sides; other characters exactly
 */
public record MessageFilter(
    Set<String> sources,
    Set<String> types,
    Set<String> senders,
    Set<String> to,
    Set<String> cc,
    Set<String> bcc,
    Set<String> recipients,
    Set<String> labels,
    Optional<Boolean> hasAttachment,
    Optional<Instant> from,
    Optional<Instant> before,
    OptionalLong minBytes,
    OptionalLong maxBytes,
    Optional<String> subjectContains) {
  /** Matches every live message. */
  public static final MessageFilter ALL = builder().build();

  /** Copies the sets. */
  public MessageFilter {
    sources = Set.copyOf(sources);
    types = Set.copyOf(types);
    senders = Set.copyOf(senders);
    to = Set.copyOf(to);
    cc = Set.copyOf(cc);
    bcc = Set.copyOf(bcc);
    recipients = Set.copyOf(recipients);
    labels = Set.copyOf(labels);
  }

  /** A builder that restricts nothing yet. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Lower-cases the ASCII letters of an address or a subject, the form in which they are compared.
   */
  public static String fold(String text) {
    StringBuilder folded = new StringBuilder(text);
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        folded.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return folded.toString();
  }

  /** Collects the groups of a filter. A group that is not set does not restrict. */
  public static final class Builder {
    private Set<String> sources = Set.of();
    private Set<String> types = Set.of();
    private Set<String> senders = Set.of();
    private Set<String> to = Set.of();
    private Set<String> cc = Set.of();
    private Set<String> bcc = Set.of();
    private Set<String> recipients = Set.of();
    private Set<String> labels = Set.of();
    private Optional<Boolean> hasAttachment = Optional.empty();
    private Optional<Instant> from = Optional.empty();
    private Optional<Instant> before = Optional.empty();
    private OptionalLong minBytes = OptionalLong.empty();
    private OptionalLong maxBytes = OptionalLong.empty();
    private Optional<String> subjectContains = Optional.empty();

    private Builder() {}

    /** Any of these sources. */
    public Builder sources(Collection<String> sources) {
      this.sources = Set.copyOf(sources);
      return this;
    }

    /** Any of these message types. */
    public Builder types(Collection<String> types) {
      this.types = Set.copyOf(types);
      return this;
    }

    /** Sent by any of these addresses. */
    public Builder senders(Collection<String> senders) {
      this.senders = folded(senders);
      return this;
    }

    /** Sent to any of these addresses. */
    public Builder to(Collection<String> to) {
      this.to = folded(to);
      return this;
    }

    /** Copied to any of these addresses. */
    public Builder cc(Collection<String> cc) {
      this.cc = folded(cc);
      return this;
    }

    /** Copied blindly to any of these addresses. */
    public Builder bcc(Collection<String> bcc) {
      this.bcc = folded(bcc);
      return this;
    }

    /** Received in any way by any of these addresses. */
    public Builder recipients(Collection<String> recipients) {
      this.recipients = folded(recipients);
      return this;
    }

    /** With any of these labels. */
    public Builder labels(Collection<String> labels) {
      this.labels = Set.copyOf(labels);
      return this;
    }

    /** Only messages with an attachment. */
    public Builder withAttachment() {
      hasAttachment = Optional.of(true);
      return this;
    }

    /** Only messages without one. */
    public Builder withoutAttachment() {
      hasAttachment = Optional.of(false);
      return this;
    }

    /** Sent at this time or later. */
    public Builder from(Instant from) {
      this.from = Optional.of(from);
      return this;
    }

    /** Sent before this time. */
    public Builder before(Instant before) {
      this.before = Optional.of(before);
      return this;
    }

    /** Of at least this many bytes. */
    public Builder minBytes(long minBytes) {
      this.minBytes = OptionalLong.of(minBytes);
      return this;
    }

    /** Of at most this many bytes. */
    public Builder maxBytes(long maxBytes) {
      this.maxBytes = OptionalLong.of(maxBytes);
      return this;
    }

    /** With this in the subject. */
    public Builder subjectContains(String subjectContains) {
      this.subjectContains = Optional.of(fold(subjectContains));
      return this;
    }

    /** The filter. */
    public MessageFilter build() {
      return new MessageFilter(
          sources,
          types,
          senders,
          to,
          cc,
          bcc,
          recipients,
          labels,
          hasAttachment,
          from,
          before,
          minBytes,
          maxBytes,
          subjectContains);
    }

    private static Set<String> folded(Collection<String> addresses) {
      return addresses.stream().map(MessageFilter::fold).collect(Collectors.toUnmodifiableSet());
    }
  }
}
