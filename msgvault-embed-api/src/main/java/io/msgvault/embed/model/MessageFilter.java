package io.msgvault.embed.model;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says which messages a search may find. Each component is a group. A message matches when it
 * matches every group that is set (AND between groups). It matches a group of names when it has any
 * of them (OR within). A name that no message has matches nothing. Only live messages match,
 * whatever the filter.
 *
 * <p>Addresses are compared after lower-casing both sides (ASCII letters; the builder lower-cases
 * its values). A value that begins with {@code @} matches every address that ends with it, so
 * {@code @example.org} is a whole domain. Types, sources, labels and conversations are compared
 * exactly.
 *
 * <p>A message that matches any of the {@link #excluded} filters does not match. What is unknown of
 * a message matches nothing, so it excludes nothing either.
 *
 * <p>A later version may add a group. A backend that was written before does not read it, and finds
 * messages that the filter excludes. The conformance tests of that version fail for such a backend
 * (MS-14), so run them with every update.
 */
public final class MessageFilter {
  /** Matches every live message. */
  public static final MessageFilter ALL = builder().build();

  private final Set<String> sources;
  private final Set<String> types;
  private final Set<String> senders;
  private final Set<String> to;
  private final Set<String> cc;
  private final Set<String> bcc;
  private final Set<String> recipients;
  private final Set<String> labels;
  private final Set<String> conversations;
  private final Optional<Boolean> hasAttachment;
  private final Optional<Instant> from;
  private final Optional<Instant> before;
  private final OptionalLong minBytes;
  private final OptionalLong maxBytes;
  private final Optional<String> subjectContains;
  private final Set<MessageFilter> excluded;

  private MessageFilter(Builder builder) {
    sources = builder.sources;
    types = builder.types;
    senders = builder.senders;
    to = builder.to;
    cc = builder.cc;
    bcc = builder.bcc;
    recipients = builder.recipients;
    labels = builder.labels;
    conversations = builder.conversations;
    hasAttachment = builder.hasAttachment;
    from = builder.from;
    before = builder.before;
    minBytes = builder.minBytes;
    maxBytes = builder.maxBytes;
    subjectContains = builder.subjectContains;
    excluded = builder.excluded;
  }

  /** Returns a builder that restricts nothing yet. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that holds what this value holds. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.sources = sources;
    builder.types = types;
    builder.senders = senders;
    builder.to = to;
    builder.cc = cc;
    builder.bcc = bcc;
    builder.recipients = recipients;
    builder.labels = labels;
    builder.conversations = conversations;
    builder.hasAttachment = hasAttachment;
    builder.from = from;
    builder.before = before;
    builder.minBytes = minBytes;
    builder.maxBytes = maxBytes;
    builder.subjectContains = subjectContains;
    builder.excluded = excluded;
    return builder;
  }

  /** Returns names of sources. */
  public Set<String> sources() {
    return sources;
  }

  /** Returns message types. */
  public Set<String> types() {
    return types;
  }

  /** Returns addresses of the sender. */
  public Set<String> senders() {
    return senders;
  }

  /** Returns addresses among the To recipients. */
  public Set<String> to() {
    return to;
  }

  /** Returns addresses among the Cc recipients. */
  public Set<String> cc() {
    return cc;
  }

  /** Returns addresses among the Bcc recipients. */
  public Set<String> bcc() {
    return bcc;
  }

  /** Returns addresses among the recipients of any kind. */
  public Set<String> recipients() {
    return recipients;
  }

  /** Returns names of labels. */
  public Set<String> labels() {
    return labels;
  }

  /** Returns ids of conversations; a message without a conversation does not match. */
  public Set<String> conversations() {
    return conversations;
  }

  /** Returns whether there is an attachment. */
  public Optional<Boolean> hasAttachment() {
    return hasAttachment;
  }

  /** Returns the earliest time sent, inclusive; a message without a time does not match. */
  public Optional<Instant> from() {
    return from;
  }

  /** Returns the latest time sent, exclusive; a message without a time does not match. */
  public Optional<Instant> before() {
    return before;
  }

  /**
   * Returns the smallest size in bytes, inclusive; a message without a known size does not match.
   */
  public OptionalLong minBytes() {
    return minBytes;
  }

  /**
   * Returns the largest size in bytes, inclusive; a message without a known size does not match.
   */
  public OptionalLong maxBytes() {
    return maxBytes;
  }

  /**
   * Returns a part of the subject, compared after lower-casing ASCII letters on both sides; other
   * characters exactly.
   */
  public Optional<String> subjectContains() {
    return subjectContains;
  }

  /** Returns the filters that no found message matches. */
  public Set<MessageFilter> excluded() {
    return excluded;
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

  private Map<String, Object> components() {
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("sources", sources);
    components.put("types", types);
    components.put("senders", senders);
    components.put("to", to);
    components.put("cc", cc);
    components.put("bcc", bcc);
    components.put("recipients", recipients);
    components.put("labels", labels);
    components.put("conversations", conversations);
    components.put("hasAttachment", hasAttachment);
    components.put("from", from);
    components.put("before", before);
    components.put("minBytes", minBytes);
    components.put("maxBytes", maxBytes);
    components.put("subjectContains", subjectContains);
    components.put("excluded", excluded);
    return components;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MessageFilter that && components().equals(that.components());
  }

  @Override
  public int hashCode() {
    return components().hashCode();
  }

  @Override
  public String toString() {
    return "MessageFilter" + components();
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
    private Set<String> conversations = Set.of();
    private Optional<Boolean> hasAttachment = Optional.empty();
    private Optional<Instant> from = Optional.empty();
    private Optional<Instant> before = Optional.empty();
    private OptionalLong minBytes = OptionalLong.empty();
    private OptionalLong maxBytes = OptionalLong.empty();
    private Optional<String> subjectContains = Optional.empty();
    private Set<MessageFilter> excluded = Set.of();

    private Builder() {}

    /** Finds messages of any of these sources. */
    public Builder sources(Collection<String> sources) {
      this.sources = Set.copyOf(sources);
      return this;
    }

    /** Finds messages of any of these types. */
    public Builder types(Collection<String> types) {
      this.types = Set.copyOf(types);
      return this;
    }

    /** Finds messages sent by any of these addresses. */
    public Builder senders(Collection<String> senders) {
      this.senders = folded(senders);
      return this;
    }

    /** Finds messages sent to any of these addresses. */
    public Builder to(Collection<String> to) {
      this.to = folded(to);
      return this;
    }

    /** Finds messages copied to any of these addresses. */
    public Builder cc(Collection<String> cc) {
      this.cc = folded(cc);
      return this;
    }

    /** Finds messages copied blindly to any of these addresses. */
    public Builder bcc(Collection<String> bcc) {
      this.bcc = folded(bcc);
      return this;
    }

    /** Finds messages that any of these addresses received in any way. */
    public Builder recipients(Collection<String> recipients) {
      this.recipients = folded(recipients);
      return this;
    }

    /** Finds messages with any of these labels. */
    public Builder labels(Collection<String> labels) {
      this.labels = Set.copyOf(labels);
      return this;
    }

    /** Finds messages of any of these conversations. */
    public Builder conversations(Collection<String> conversations) {
      this.conversations = Set.copyOf(conversations);
      return this;
    }

    /** Finds messages with an attachment. */
    public Builder withAttachment() {
      hasAttachment = Optional.of(true);
      return this;
    }

    /** Finds messages without an attachment. */
    public Builder withoutAttachment() {
      hasAttachment = Optional.of(false);
      return this;
    }

    /** Finds messages sent at this time or later. */
    public Builder from(Instant from) {
      this.from = Optional.of(from);
      return this;
    }

    /** Finds messages sent before this time. */
    public Builder before(Instant before) {
      this.before = Optional.of(before);
      return this;
    }

    /** Finds messages of at least this many bytes. */
    public Builder minBytes(long minBytes) {
      this.minBytes = OptionalLong.of(minBytes);
      return this;
    }

    /** Finds messages of at most this many bytes. */
    public Builder maxBytes(long maxBytes) {
      this.maxBytes = OptionalLong.of(maxBytes);
      return this;
    }

    /** Finds messages with this in the subject. */
    public Builder subjectContains(String subjectContains) {
      this.subjectContains = Optional.of(fold(subjectContains));
      return this;
    }

    /** Leaves out messages that match any of these filters. */
    public Builder excluding(Collection<MessageFilter> excluded) {
      this.excluded = Set.copyOf(excluded);
      return this;
    }

    private static Set<String> folded(Collection<String> addresses) {
      return addresses.stream().map(MessageFilter::fold).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the value. */
    public MessageFilter build() {
      return new MessageFilter(this);
    }
  }
}
