package io.msgvault.embed.search.retrieval;

import static io.msgvault.embed.search.retrieval.MetadataKeys.HAS_ATTACHMENT;
import static io.msgvault.embed.search.retrieval.MetadataKeys.SENT_AT;
import static io.msgvault.embed.search.retrieval.MetadataKeys.SIZE_BYTES;
import static io.msgvault.embed.search.retrieval.MetadataKeys.SUBJECT;

import io.msgvault.embed.model.MessageFilter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes filters of comparisons by name, and joins them as a logical expression does.
 *
 * <table>
 *   <caption>what can be compared</caption>
 *   <tr><th>keys</th><th>comparisons</th><th>values</th></tr>
 *   <tr>
 *     <td>{@code source}, {@code type}, {@code label}, {@code conversation}</td>
 *     <td>{@link #anyOf}</td><td>the exact names</td>
 *   </tr>
 *   <tr>
 *     <td>{@code sender}, {@code to}, {@code cc}, {@code bcc}, {@code recipient}</td>
 *     <td>{@link #anyOf}</td><td>addresses, or {@code @} and a domain</td>
 *   </tr>
 *   <tr><td>{@code has_attachment}</td><td>{@link #anyOf}</td><td>true or false</td></tr>
 *   <tr><td>{@code subject}</td><td>{@link #containing}</td><td>a part of it</td></tr>
 *   <tr>
 *     <td>{@code sent_at}</td><td>{@link #atLeast} and its like</td>
 *     <td>a date (then its begin in UTC), a date and time with an offset, or the values of {@code
 *     java.time} and {@code java.util.Date} for these</td>
 *   </tr>
 *   <tr>
 *     <td>{@code size_bytes}</td><td>{@link #anyOf}, {@link #atLeast} and its like</td>
 *     <td>whole numbers</td>
 *   </tr>
 * </table>
 *
 * <p>What is unknown of a message matches nothing. So the {@linkplain #not negation} of a
 * comparison matches a message of which nothing is known.
 *
 * <p>Any other comparison throws {@link UnsupportedFilterException}, and none is left out silently.
 */
public final class MetadataFilters {
  /** Matches no message. */
  public static final MessageFilter NONE = not(MessageFilter.ALL);

  private MetadataFilters() {}

  /**
   * Matches messages that have any of the values; none where there are no values.
   *
   * @throws UnsupportedFilterException if the key has no such comparison, or a value does not fit
   */
  public static MessageFilter anyOf(String key, Collection<?> values) {
    if (values.isEmpty()) {
      return NONE;
    }
    Optional<NameGroup> names = NameGroup.of(key);
    if (names.isPresent()) {
      return names.get().filter(values.stream().map(value -> name(key, value)).toList());
    }
    return switch (key) {
      case HAS_ATTACHMENT -> anyOf(values.stream().map(MetadataFilters::attachment).toList());
      case SIZE_BYTES ->
          anyOf(
              values.stream()
                  .map(value -> both(atLeast(key, value), atMost(key, value)))
                  .collect(Collectors.toList()));
      default -> throw unsupported(key, "equality");
    };
  }

  private static MessageFilter anyOf(List<MessageFilter> filters) {
    return filters.stream().reduce(MetadataFilters::either).orElse(NONE);
  }

  /**
   * Matches messages that have the value.
   *
   * @throws UnsupportedFilterException as for {@link #anyOf}
   */
  public static MessageFilter equalTo(String key, Object value) {
    return anyOf(key, value instanceof Collection<?> values ? values : List.of(value));
  }

  /**
   * Matches messages whose value is this or greater.
   *
   * @throws UnsupportedFilterException if the key has no such comparison, or the value does not fit
   */
  public static MessageFilter atLeast(String key, Object value) {
    return switch (key) {
      case SENT_AT -> MessageFilter.builder().from(time(value)).build();
      case SIZE_BYTES -> MessageFilter.builder().minBytes(bytes(value)).build();
      default -> throw unsupported(key, "comparison by size");
    };
  }

  /**
   * Matches messages whose value is less.
   *
   * @throws UnsupportedFilterException as for {@link #atLeast}
   */
  public static MessageFilter below(String key, Object value) {
    return switch (key) {
      case SENT_AT -> MessageFilter.builder().before(time(value)).build();
      case SIZE_BYTES -> MessageFilter.builder().maxBytes(bytes(value) - 1).build();
      default -> throw unsupported(key, "comparison by size");
    };
  }

  /**
   * Matches messages whose value is greater.
   *
   * @throws UnsupportedFilterException as for {@link #atLeast}
   */
  public static MessageFilter above(String key, Object value) {
    return switch (key) {
      case SENT_AT -> MessageFilter.builder().from(time(value).plusNanos(1)).build();
      case SIZE_BYTES -> MessageFilter.builder().minBytes(bytes(value) + 1).build();
      default -> throw unsupported(key, "comparison by size");
    };
  }

  /**
   * Matches messages whose value is this or less.
   *
   * @throws UnsupportedFilterException as for {@link #atLeast}
   */
  public static MessageFilter atMost(String key, Object value) {
    return switch (key) {
      case SENT_AT -> MessageFilter.builder().before(time(value).plusNanos(1)).build();
      case SIZE_BYTES -> MessageFilter.builder().maxBytes(bytes(value)).build();
      default -> throw unsupported(key, "comparison by size");
    };
  }

  /**
   * Matches messages with a part in the text; ASCII letters match in either case.
   *
   * @throws UnsupportedFilterException if the key is not {@code subject}
   */
  public static MessageFilter containing(String key, String part) {
    if (!key.equals(SUBJECT)) {
      throw unsupported(key, "comparison by a part");
    }
    return MessageFilter.builder().subjectContains(part).build();
  }

  /** Matches what both filters match. Filters over different groups become one. */
  public static MessageFilter both(MessageFilter a, MessageFilter b) {
    return merged(a, b)
        .orElseGet(() -> MessageFilter.builder().excluding(List.of(not(a), not(b))).build());
  }

  /** Matches what either filter matches. Names of one group become one filter. */
  public static MessageFilter either(MessageFilter a, MessageFilter b) {
    return NameGroup.ALL.stream()
        .flatMap(group -> group.union(a, b).stream())
        .findFirst()
        .orElseGet(() -> not(MessageFilter.builder().excluding(List.of(a, b)).build()));
  }

  /** Matches what the filter does not match. */
  public static MessageFilter not(MessageFilter filter) {
    return MessageFilter.builder().excluding(List.of(filter)).build();
  }

  /** Returns one filter of both, unless they restrict the same group with different names. */
  private static Optional<MessageFilter> merged(MessageFilter a, MessageFilter b) {
    if (isBoth(a.subjectContains(), b.subjectContains())
        || isBoth(a.hasAttachment(), b.hasAttachment())
        || NameGroup.ALL.stream()
            .anyMatch(group -> !group.of(a).isEmpty() && !group.of(b).isEmpty())) {
      return a.equals(b) ? Optional.of(a) : Optional.empty();
    }
    MessageFilter.Builder both = a.toBuilder();
    for (NameGroup group : NameGroup.ALL) {
      if (group.of(a).isEmpty()) {
        group.set(both, group.of(b));
      }
    }
    b.subjectContains().ifPresent(both::subjectContains);
    b.hasAttachment().ifPresent(has -> attachment(both, has));
    latest(a.from(), b.from()).ifPresent(both::from);
    earliest(a.before(), b.before()).ifPresent(both::before);
    b.minBytes().ifPresent(min -> both.minBytes(Math.max(min, a.minBytes().orElse(min))));
    b.maxBytes().ifPresent(max -> both.maxBytes(Math.min(max, a.maxBytes().orElse(max))));
    Set<MessageFilter> excluded = new HashSet<>(a.excluded());
    excluded.addAll(b.excluded());
    return Optional.of(both.excluding(excluded).build());
  }

  private static boolean isBoth(Optional<?> a, Optional<?> b) {
    return a.isPresent() && b.isPresent();
  }

  private static Optional<Instant> latest(Optional<Instant> a, Optional<Instant> b) {
    return Stream.of(a, b).flatMap(Optional::stream).max(Instant::compareTo);
  }

  private static Optional<Instant> earliest(Optional<Instant> a, Optional<Instant> b) {
    return Stream.of(a, b).flatMap(Optional::stream).min(Instant::compareTo);
  }

  private static String name(String key, Object value) {
    if (value instanceof CharSequence
        || value instanceof Number
        || value instanceof UUID
        || value instanceof Enum<?>) {
      return value.toString();
    }
    throw misfit(key, value, "a name");
  }

  private static MessageFilter attachment(Object value) {
    return switch (value.toString().toLowerCase(Locale.ROOT)) {
      case "true" -> MessageFilter.builder().withAttachment().build();
      case "false" -> MessageFilter.builder().withoutAttachment().build();
      default -> throw misfit(HAS_ATTACHMENT, value, "true or false");
    };
  }

  private static void attachment(MessageFilter.Builder builder, boolean has) {
    if (has) {
      builder.withAttachment();
    } else {
      builder.withoutAttachment();
    }
  }

  private static long bytes(Object value) {
    if (value instanceof Number number
        && number.doubleValue() == number.longValue()
        && Math.abs(number.doubleValue()) < 1L << 53) {
      return number.longValue();
    }
    throw misfit(SIZE_BYTES, value, "a whole number of bytes");
  }

  private static Instant time(Object value) {
    if (value instanceof Instant instant) {
      return instant;
    } else if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    } else if (value instanceof ZonedDateTime time) {
      return time.toInstant();
    } else if (value instanceof LocalDate date) {
      return date.atStartOfDay(ZoneOffset.UTC).toInstant();
    } else if (value instanceof Date date) {
      return date.toInstant();
    } else if (value instanceof CharSequence) {
      String text = value.toString();
      try {
        return text.indexOf('T') < 0
            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
            : OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw misfit(SENT_AT, value, "a date such as 2026-01-31 or 2026-01-31T12:00:00Z");
      }
    }
    throw misfit(SENT_AT, value, "a date such as 2026-01-31 or 2026-01-31T12:00:00Z");
  }

  private static UnsupportedFilterException unsupported(String key, String comparison) {
    return new UnsupportedFilterException(
        switch (key) {
          case SUBJECT -> "subject has no " + comparison + ": filter by a part of it";
          case SENT_AT -> "sent_at has no " + comparison + ": use >= and <";
          case SIZE_BYTES -> "size_bytes has no " + comparison + ": use >= and <=";
          case HAS_ATTACHMENT -> "has_attachment has no " + comparison + ": compare it with true";
          default ->
              NameGroup.of(key).isPresent()
                  ? key + " has no " + comparison + ": use equality with one name or several"
                  : "messages cannot be filtered by "
                      + key
                      + ": use one of "
                      + Stream.concat(
                              NameGroup.ALL.stream().map(NameGroup::key),
                              Stream.of(HAS_ATTACHMENT, SENT_AT, SIZE_BYTES, SUBJECT))
                          .collect(Collectors.joining(", "));
        });
  }

  private static UnsupportedFilterException misfit(String key, Object value, String wanted) {
    return new UnsupportedFilterException(
        key + " is compared with " + wanted + ", not with a " + value.getClass().getSimpleName());
  }
}
