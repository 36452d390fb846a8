package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.text.WordAnalyzer;
import io.msgvault.embed.text.WordAnalyzer.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Analyses messages, and makes the pages of a segment that has them all. */
final class NewSegment {
  /** The distance between two fields, so that no phrase goes from one to the next. */
  private static final int GAP = 2;

  private final List<MessageWords> messages;
  private final List<Page> pages = new ArrayList<>();
  private final Tokens tokens;
  private int withTerms;
  private long length;

  private NewSegment(List<MessageWords> messages) {
    this.messages = messages;
    this.tokens = new Tokens(messages.size());
  }

  static NewSegment of(Collection<MessageWords> batch, WordAnalyzer analyzer) {
    List<MessageWords> sorted =
        batch.stream().sorted(Comparator.comparingLong(MessageWords::messageId)).toList();
    NewSegment segment = new NewSegment(sorted);
    for (int document = 0; document < sorted.size(); document++) {
      segment.add(document, sorted.get(document), analyzer);
    }
    segment.tokens.writeTo(new Page.Writer(segment.pages::add));
    return segment;
  }

  /** Returns the messages by id, as the documents are numbered. */
  List<MessageWords> messages() {
    return messages;
  }

  List<Page> pages() {
    return pages;
  }

  int withTerms() {
    return withTerms;
  }

  /** Returns the sum of the lengths of all messages. */
  long length() {
    return length;
  }

  private void add(int document, MessageWords message, WordAnalyzer analyzer) {
    Map<WordField, List<WordAnalyzer.Term>> fields = new EnumMap<>(WordField.class);
    message.texts().forEach((field, text) -> fields.put(field, analyzer.terms(text)));
    long terms = 0;
    int base = 0;
    for (Map.Entry<WordField, List<WordAnalyzer.Term>> field : fields.entrySet()) {
      terms += (long) field.getKey().weight() * field.getValue().size();
      base = add(document, field.getKey().weight(), field.getValue(), base) + GAP;
    }
    if (terms > 0) {
      withTerms++;
      length += terms;
      tokens.setLength(document, terms);
    }
  }

  /** Adds the terms of a field, and returns the last place in it. */
  private int add(int document, int weight, List<WordAnalyzer.Term> terms, int base) {
    int place = base;
    for (WordAnalyzer.Term term : terms) {
      if (term.kind() == Kind.COMPOUND) {
        tokens.addCompound(document, term.stem(), term.surface(), weight);
      } else {
        place = base + term.position();
        tokens.add(document, term.stem(), term.surface(), weight, Position.of(place, weight));
      }
    }
    return place;
  }
}
