package io.msgvault.embed.memory;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The definition of {@link MessageFilter} and {@link Scope}, executable. */
public final class FilterMatcher {
  private FilterMatcher() {}

  /** Returns whether a scope covers a message. */
  public static boolean covers(Scope scope, ArchiveMessage.Metadata metadata) {
    return anyOf(scope.types(), present(metadata.type()))
        && anyOf(scope.sources(), present(metadata.source()));
  }

  /** Returns whether a live message matches a filter. */
  public static boolean matches(MessageFilter filter, ArchiveMessage message) {
    ArchiveMessage.Metadata metadata = message.metadata();
    return anyOf(filter.sources(), present(metadata.source()))
        && anyOf(filter.types(), present(metadata.type()))
        && anyAddress(filter.senders(), metadata.sender().stream())
        && anyAddress(filter.to(), metadata.to().stream())
        && anyAddress(filter.cc(), metadata.cc().stream())
        && anyAddress(filter.bcc(), metadata.bcc().stream())
        && anyAddress(
            filter.recipients(),
            Stream.of(metadata.to(), metadata.cc(), metadata.bcc()).flatMap(List::stream))
        && anyOf(filter.labels(), metadata.labels().stream())
        && anyOf(filter.conversations(), metadata.conversation().stream())
        && filter
            .hasAttachment()
            .map(wanted -> wanted == !metadata.attachments().isEmpty())
            .orElse(true)
        && filter
            .from()
            .map(from -> metadata.sent().filter(sent -> !sent.isBefore(from)).isPresent())
            .orElse(true)
        && filter
            .before()
            .map(before -> metadata.sent().filter(sent -> sent.isBefore(before)).isPresent())
            .orElse(true)
        && (filter.minBytes().isEmpty()
            || metadata.bytes().stream().anyMatch(size -> size >= filter.minBytes().getAsLong()))
        && (filter.maxBytes().isEmpty()
            || metadata.bytes().stream().anyMatch(size -> size <= filter.maxBytes().getAsLong()))
        && filter
            .subjectContains()
            .map(
                part ->
                    MessageFilter.fold(message.content().subject())
                        .contains(MessageFilter.fold(part)))
            .orElse(true)
        && filter.excluded().stream().noneMatch(excluded -> matches(excluded, message));
  }

  /** An unknown name is empty, and matches nothing. */
  private static Stream<String> present(String name) {
    return Stream.of(name).filter(some -> !some.isEmpty());
  }

  private static boolean anyOf(Set<String> wanted, Stream<String> names) {
    return wanted.isEmpty() || names.anyMatch(wanted::contains);
  }

  private static boolean anyAddress(Set<String> wanted, Stream<String> addresses) {
    return wanted.isEmpty()
        || addresses
            .map(MessageFilter::fold)
            .anyMatch(address -> wanted.stream().anyMatch(value -> isNamed(address, value)));
  }

  /** Returns whether a value of a filter is an address, or the domain of it. */
  private static boolean isNamed(String address, String value) {
    return value.startsWith("@") ? address.endsWith(value) : address.equals(value);
  }
}
