package io.msgvault.embed.search.retrieval;

import io.msgvault.embed.model.MessageFilter;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A group of names of a filter.
 *
 * @param key its key
 * @param names reads the names of a filter
 * @param setter sets the names of a filter
 */
record NameGroup(
    String key,
    Function<MessageFilter, Set<String>> names,
    BiConsumer<MessageFilter.Builder, Collection<String>> setter) {
  static final List<NameGroup> ALL =
      List.of(
          new NameGroup(
              MetadataKeys.SOURCE, MessageFilter::sources, MessageFilter.Builder::sources),
          new NameGroup(MetadataKeys.TYPE, MessageFilter::types, MessageFilter.Builder::types),
          new NameGroup(MetadataKeys.LABEL, MessageFilter::labels, MessageFilter.Builder::labels),
          new NameGroup(
              MetadataKeys.CONVERSATION,
              MessageFilter::conversations,
              MessageFilter.Builder::conversations),
          new NameGroup(
              MetadataKeys.SENDER, MessageFilter::senders, MessageFilter.Builder::senders),
          new NameGroup(MetadataKeys.TO, MessageFilter::to, MessageFilter.Builder::to),
          new NameGroup(MetadataKeys.CC, MessageFilter::cc, MessageFilter.Builder::cc),
          new NameGroup(MetadataKeys.BCC, MessageFilter::bcc, MessageFilter.Builder::bcc),
          new NameGroup(
              MetadataKeys.RECIPIENT,
              MessageFilter::recipients,
              MessageFilter.Builder::recipients));

  /** Returns the group with a key, if there is one. */
  static Optional<NameGroup> of(String key) {
    return ALL.stream().filter(group -> group.key.equals(key)).findFirst();
  }

  Set<String> of(MessageFilter filter) {
    return names.apply(filter);
  }

  void set(MessageFilter.Builder builder, Collection<String> names) {
    setter.accept(builder, names);
  }

  MessageFilter filter(Collection<String> names) {
    MessageFilter.Builder builder = MessageFilter.builder();
    set(builder, names);
    return builder.build();
  }

  /** Returns the filter of both sets of names, if two filters restrict this group and no other. */
  Optional<MessageFilter> union(MessageFilter a, MessageFilter b) {
    if (of(a).isEmpty() || of(b).isEmpty() || !isAll(a) || !isAll(b)) {
      return Optional.empty();
    }
    Set<String> both = new HashSet<>(of(a));
    both.addAll(of(b));
    return Optional.of(filter(both));
  }

  private boolean isAll(MessageFilter filter) {
    return filter.equals(filter(of(filter)));
  }
}
