package io.msgvault.embed.cli.command;

import io.msgvault.embed.model.MessageFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import picocli.CommandLine.Option;

/** The options that leave messages out of a search. */
final class ExclusionOptions {
  @Option(names = "--not-source", paramLabel = "NAME", description = "No message of this source.")
  private List<String> sources = List.of();

  @Option(names = "--not-type", paramLabel = "NAME", description = "No message of this type.")
  private List<String> types = List.of();

  @Option(
      names = "--not-sender",
      paramLabel = "ADDRESS",
      description = "No message from this address or domain.")
  private List<String> senders = List.of();

  @Option(
      names = "--not-recipient",
      paramLabel = "ADDRESS",
      description = "No message that this address or domain received.")
  private List<String> recipients = List.of();

  @Option(names = "--not-label", paramLabel = "NAME", description = "No message with this label.")
  private List<String> labels = List.of();

  @Option(
      names = "--not-conversation",
      paramLabel = "ID",
      description = "No message of this conversation.")
  private List<String> conversations = List.of();

  @Option(
      names = "--not-subject",
      paramLabel = "TEXT",
      description = "No message with this text in the subject.")
  private List<String> subjects = List.of();

  /** Returns the filters of the messages to leave out. */
  List<MessageFilter> filters() {
    List<MessageFilter> filters = new ArrayList<>();
    addAll(filters, sources, (filter, name) -> filter.sources(Set.of(name)));
    addAll(filters, types, (filter, name) -> filter.types(Set.of(name)));
    addAll(filters, senders, (filter, name) -> filter.senders(Set.of(name)));
    addAll(filters, recipients, (filter, name) -> filter.recipients(Set.of(name)));
    addAll(filters, labels, (filter, name) -> filter.labels(Set.of(name)));
    addAll(filters, conversations, (filter, name) -> filter.conversations(Set.of(name)));
    addAll(filters, subjects, MessageFilter.Builder::subjectContains);
    return filters;
  }

  private static void addAll(
      List<MessageFilter> filters,
      List<String> names,
      BiConsumer<MessageFilter.Builder, String> group) {
    for (String name : names) {
      MessageFilter.Builder filter = MessageFilter.builder();
      group.accept(filter, name);
      filters.add(filter.build());
    }
  }
}
