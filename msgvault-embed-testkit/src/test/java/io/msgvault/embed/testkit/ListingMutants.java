package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveMessage.Metadata;
import io.msgvault.embed.memory.DetailsReader;
import io.msgvault.embed.memory.FilterMatcher;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryArchive.Row;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Message stores whose lists and filters are broken in one way each. */
final class ListingMutants {
  private ListingMutants() {}

  static List<Mutant> all() {
    return Stream.of(filters(), revisions(), details()).flatMap(List::stream).toList();
  }

  // Filters

  private static List<Mutant> filters() {
    return List.of(
        matching(
            "what is unknown of a message excludes it",
            (filter, message) ->
                FilterMatcher.matches(filter, message)
                    && filter.excluded().stream()
                        .noneMatch(excluded -> asksForUnknown(excluded, message.metadata()))),
        matching(
            "only what matches all excluded filters is left out",
            (filter, message) ->
                FilterMatcher.matches(withExcluded(filter, Set.of()), message)
                    && (filter.excluded().isEmpty()
                        || !filter.excluded().stream()
                            .allMatch(excluded -> FilterMatcher.matches(excluded, message)))),
        matching(
            "an excluded filter excludes nothing itself",
            (filter, message) ->
                FilterMatcher.matches(
                    withExcluded(
                        filter,
                        filter.excluded().stream()
                            .map(excluded -> withExcluded(excluded, Set.of()))
                            .toList()),
                    message)),
        matching(
            "conversations are not looked at",
            (filter, message) ->
                FilterMatcher.matches(filter.toBuilder().conversations(Set.of()).build(), message)),
        matching(
            "a domain may stand anywhere in an address",
            (filter, message) -> matchesSender(filter, message, String::contains)),
        matching(
            "a domain has its subdomains",
            (filter, message) ->
                matchesSender(
                    filter,
                    message,
                    (address, value) ->
                        value.startsWith("@")
                            ? address.endsWith(value.substring(1))
                            : address.equals(value))),
        matching(
            "a domain is an address",
            (filter, message) -> matchesSender(filter, message, String::equals)));
  }

  private static Mutant matching(String flaw, MessageStoreMutants.Matching matching) {
    return Mutant.messages(
        "MS-14", flaw, archive -> MessageStoreMutants.matching(archive, matching));
  }

  private static MessageFilter withExcluded(
      MessageFilter filter, Collection<MessageFilter> excluded) {
    return filter.toBuilder().excluding(excluded).build();
  }

  private static boolean asksForUnknown(MessageFilter filter, Metadata metadata) {
    return (!filter.senders().isEmpty() && metadata.sender().isEmpty())
        || (filter.before().isPresent() && metadata.sent().isEmpty())
        || (!filter.conversations().isEmpty() && metadata.conversation().isEmpty());
  }

  private static boolean matchesSender(
      MessageFilter filter,
      ArchiveMessage message,
      BiFunction<String, String, Boolean> comparison) {
    Optional<String> sender = message.metadata().sender().map(MessageFilter::fold);
    return FilterMatcher.matches(filter.toBuilder().senders(Set.of()).build(), message)
        && (filter.senders().isEmpty()
            || filter.senders().stream()
                .anyMatch(value -> sender.filter(of -> comparison.apply(of, value)).isPresent()));
  }

  // Revisions

  private static List<Mutant> revisions() {
    return List.of(
        Mutant.eachMessageStore(
            "MS-28",
            "a message that needs work has the revision that it was first listed with",
            ListingMutants::withStaleRevisions),
        Mutant.messages(
            "MS-28",
            "only messages without any stamp are listed",
            archive ->
                needingWork(
                    (real, work) ->
                        real.needingWork(0, work.scope, work.after, work.limit).stream()
                            .filter(listed -> row(archive, listed.messageId()).mark().isEmpty())
                            .toList())),
        Mutant.eachMessageStore(
            "MS-28",
            "a page of what needs work begins with the end of the one before",
            needingWork(
                (real, work) ->
                    real.needingWork(
                        work.target, work.scope, Math.max(0, work.after - 1), work.limit))),
        Mutant.eachMessageStore(
            "MS-28",
            "live messages are listed whatever the scope",
            live((real, work) -> real.live(Scope.ALL, work.after, work.limit))),
        Mutant.eachMessageStore(
            "MS-28",
            "the scope of live messages is applied after the limit",
            live(
                (real, work) ->
                    real.live(Scope.ALL, work.after, work.limit).stream()
                        .filter(
                            listed ->
                                !real.filterIds(List.of(listed.messageId()), work.scope.asFilter())
                                    .isEmpty())
                        .toList())),
        Mutant.messages(
            "MS-28",
            "deleted messages are listed as live",
            archive ->
                live(
                    (real, work) ->
                        archive.rows().tailMap(work.after, false).entrySet().stream()
                            .filter(
                                of ->
                                    FilterMatcher.covers(
                                        work.scope, of.getValue().message().metadata()))
                            .limit(work.limit)
                            .map(of -> new MessageRevision(of.getKey(), of.getValue().revision()))
                            .toList())));
  }

  /** The arguments of a call; the target is 0 for live messages. */
  private record Work(long target, Scope scope, long after, int limit) {}

  private static MessageStore withStaleRevisions(MessageStore store) {
    Map<Long, MessageRevision> first = new ConcurrentHashMap<>();
    return needingWork(
            (real, work) ->
                real.needingWork(work.target, work.scope, work.after, work.limit).stream()
                    .map(listed -> first.computeIfAbsent(listed.messageId(), id -> listed))
                    .toList())
        .apply(store);
  }

  private static UnaryOperator<MessageStore> needingWork(
      BiFunction<MessageStore, Work, List<MessageRevision>> list) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public List<MessageRevision> needingWork(
              long target, Scope scope, long afterId, int limit) {
            return list.apply(super.store, new Work(target, scope, afterId, limit));
          }
        };
  }

  private static UnaryOperator<MessageStore> live(
      BiFunction<MessageStore, Work, List<MessageRevision>> list) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public List<MessageRevision> live(Scope scope, long afterId, int limit) {
            return list.apply(super.store, new Work(0, scope, afterId, limit));
          }
        };
  }

  // Details

  private static List<Mutant> details() {
    return List.of(
        Mutant.messages(
            "MS-29",
            "deleted messages have details",
            archive -> detailsOf(archive, row -> true, UnaryOperator.identity())),
        live(
            "the names of attachments are sorted",
            metadata -> {
              List<String> sorted = new ArrayList<>(metadata.attachments());
              Collections.sort(sorted);
              return metadata.toBuilder().attachments(sorted).build();
            }),
        live(
            "of each name there is one attachment",
            metadata ->
                metadata.toBuilder()
                    .attachments(metadata.attachments().stream().distinct().toList())
                    .build()),
        live("blind copies went to nobody", of -> of.toBuilder().bcc(List.of()).build()),
        live("people have no names", of -> of.toBuilder().names(Map.of()).build()),
        live(
            "people without a name are unknown",
            of -> of.toBuilder().to(onlyNamed(of.to(), of.names())).build()),
        live(
            "the sender is the last of all people",
            of ->
                of.toBuilder()
                    .sender(Optional.empty())
                    .bcc(Stream.concat(of.bcc().stream(), of.sender().stream()).toList())
                    .build()),
        live("times are unknown", of -> of.toBuilder().sent(Optional.empty()).build()),
        live(
            "conversations are unknown",
            of -> of.toBuilder().conversation(Optional.empty()).build()),
        Mutant.eachMessageStore(
            "MS-29",
            "a nameless attachment has the empty name",
            changed(
                details ->
                    details.attachments().isEmpty()
                        ? details
                        : new MessageDetails(
                            details.messageId(),
                            details.people(),
                            Stream.concat(details.attachments().stream(), Stream.of("")).toList(),
                            details.sentAt(),
                            details.conversation()))),
        Mutant.eachMessageStore(
            "MS-29", "details stay what they were when first read", ListingMutants::remembering));
  }

  private static List<String> onlyNamed(List<String> addresses, Map<String, String> names) {
    return addresses.stream().filter(names::containsKey).toList();
  }

  /** A flaw in the details of live messages. */
  private static Mutant live(String flaw, UnaryOperator<Metadata> known) {
    return Mutant.messages("MS-29", flaw, archive -> detailsOf(archive, Row::live, known));
  }

  private static UnaryOperator<MessageStore> detailsOf(
      InMemoryArchive archive, Predicate<Row> wanted, UnaryOperator<Metadata> known) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public List<MessageDetails> details(Collection<Long> ids) {
            return new TreeSet<>(ids)
                .stream()
                    .filter(id -> archive.rows().containsKey(id) && wanted.test(row(archive, id)))
                    .map(
                        id ->
                            DetailsReader.read(
                                id, known.apply(row(archive, id).message().metadata())))
                    .toList();
          }
        };
  }

  private static UnaryOperator<MessageStore> changed(UnaryOperator<MessageDetails> change) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public List<MessageDetails> details(Collection<Long> ids) {
            return super.details(ids).stream().map(change).toList();
          }
        };
  }

  private static MessageStore remembering(MessageStore store) {
    Map<Long, MessageDetails> first = new ConcurrentHashMap<>();
    return changed(details -> first.computeIfAbsent(details.messageId(), id -> details))
        .apply(store);
  }

  private static Row row(InMemoryArchive archive, long id) {
    return Optional.ofNullable(archive.rows().get(id)).orElseThrow();
  }
}
