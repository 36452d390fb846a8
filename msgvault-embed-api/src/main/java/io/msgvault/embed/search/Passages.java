package io.msgvault.embed.search;

import io.msgvault.embed.KeywordQuery;
import io.msgvault.embed.KeywordQuery.Occurrence;
import io.msgvault.embed.KeywordQuery.Term;
import io.msgvault.embed.Message;
import io.msgvault.embed.VectorHit;
import io.msgvault.embed.search.SearchHit.Form;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.text.TextPreparer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Cuts out what matched. */
final class Passages {
  /** The length of a passage around words, in UTF-16 units. */
  private static final int LENGTH = 240;

  private Passages() {}

  /** The chunk that a vector hit names; empty if the message has changed since. */
  static Optional<Passage> ofChunk(Message message, VectorHit hit, TextPreparer preparer) {
    if (message.revision() != hit.revision()) {
      return Optional.empty();
    }
    String prepared = preparer.prepare(message.subject(), message.text(), message.html());
    return Optional.of(
        new Passage(
            Form.PREPARED, hit.start(), hit.end(), prepared.substring(hit.start(), hit.end())));
  }

  /** The part of a text where the words stand closest that weigh most; empty if there are none. */
  static Optional<Passage> aroundWords(
      ReadableText readable, KeywordQuery query, Map<Term, Double> weights) {
    List<Occurrence> found =
        query.occurrences(readable.text()).stream()
            .filter(occurrence -> weights.containsKey(occurrence.term()))
            .toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    int first = 0;
    int last = 0;
    double most = -1;
    Map<Term, Integer> counts = new HashMap<>();
    double weight = 0;
    int from = 0;
    for (int to = 0; to < found.size(); to++) {
      if (counts.merge(found.get(to).term(), 1, Integer::sum) == 1) {
        weight += weights.getOrDefault(found.get(to).term(), 0.0);
      }
      while (from < to && found.get(to).end() - found.get(from).start() > LENGTH) {
        if (counts.merge(found.get(from).term(), -1, Integer::sum) == 0) {
          weight -= weights.getOrDefault(found.get(from).term(), 0.0);
        }
        from++;
      }
      if (weight > most + 1e-9) {
        most = weight;
        first = from;
        last = to;
      }
    }
    return Optional.of(widened(readable.text(), found.get(first).start(), found.get(last).end()));
  }

  /** Adds as much on both sides as there is room for, and begins and ends between words. */
  private static Passage widened(String text, int start, int end) {
    int room = Math.max(0, LENGTH - (end - start));
    int from = Math.max(0, start - room / 2);
    int to = Math.min(text.length(), Math.max(end, from + LENGTH));
    from = Math.min(start, Math.max(0, to - LENGTH));
    while (from > 0 && from < start && !Character.isWhitespace(text.charAt(from - 1))) {
      from++;
    }
    while (to < text.length() && to > end && !Character.isWhitespace(text.charAt(to))) {
      to--;
    }
    while (from < start && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    while (to > end && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    return new Passage(Form.READABLE, from, to, text.substring(from, to));
  }
}
