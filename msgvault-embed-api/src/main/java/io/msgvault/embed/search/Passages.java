package io.msgvault.embed.search;

import io.msgvault.embed.search.Rescorer.Scored;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.SearchHit.Span;
import io.msgvault.embed.search.SearchHit.TextForm;
import io.msgvault.embed.search.WordsOfQuestion.WeighedWords;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.WordQuery.Occurrence;
import io.msgvault.embed.store.WordQuery.Term;
import io.msgvault.embed.text.ReadableText;
import io.msgvault.embed.text.TextDigest;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Cuts the passages that matched out of a message. */
final class Passages {
  /** The maximum length of a passage around words, in UTF-16 code units. */
  private static final int MAX_LENGTH = 240;

  private final TextPreparer preparer;
  private final ReadableText.Factory readableTexts;

  Passages(TextPolicy policy) {
    this.preparer = new TextPreparer(policy);
    this.readableTexts = new ReadableText.Factory(policy.maxBodyCharacters());
  }

  /**
   * Returns the best passages of a message, best first.
   *
   * @param limit the maximum number, at least 1
   * @param question the words of the question with their weights, if the keyword signal answered
   */
  List<Passage> of(
      Message message, Candidate candidate, int limit, Optional<WeighedWords> question) {
    boolean byWords = candidate.byWords() && question.isPresent();
    if (byWords) {
      List<Passage> aroundWords = aroundWords(message, limit, question.get());
      if (!aroundWords.isEmpty()) {
        return aroundWords;
      }
    }
    List<Passage> ofChunks =
        candidate.chunk().map(chunk -> ofChunks(message, chunk, limit, question)).orElse(List.of());
    boolean matchesElsewhere = byWords && ofChunks.isEmpty(); // in a name or an address
    return matchesElsewhere ? beginning(message) : ofChunks;
  }

  /**
   * Returns the best chunks. None if the text is not the one that was embedded, whatever the
   * revision says, or if the place of a chunk is not known.
   */
  private List<Passage> ofChunks(
      Message message, Scored scored, int limit, Optional<WeighedWords> question) {
    String text = preparer.prepare(message.subject(), message.text(), message.html());
    if (!scored.textDigest().equals(TextDigest.of(text))) {
      return List.of();
    }
    return scored.chunks().stream()
        .filter(VectorHit::hasOffsets)
        .limit(limit)
        .map(chunk -> passage(TextForm.PREPARED, text, chunk.start(), chunk.end(), question))
        .toList();
  }

  /**
   * Returns the parts of the text with the greatest sums of the weights of their terms, each term
   * counted once, without overlap; none if the text has no term.
   */
  private List<Passage> aroundWords(Message message, int limit, WeighedWords question) {
    String text = readable(message);
    List<Occurrence> left = new ArrayList<>(question.occurrences(text));
    List<Passage> found = new ArrayList<>();
    while (!left.isEmpty() && found.size() < limit) {
      Span densest = densest(left, question.weights());
      Span wide = widen(text, densest.start(), densest.end());
      if (found.stream()
          .allMatch(other -> wide.end() <= other.start() || wide.start() >= other.end())) {
        found.add(
            passage(TextForm.READABLE, text, wide.start(), wide.end(), Optional.of(question)));
      }
      left.removeIf(place -> place.start() < wide.end() && place.end() > wide.start());
    }
    return found;
  }

  private String readable(Message message) {
    return readableTexts.of(message.subject(), message.text(), message.html()).text();
  }

  private List<Passage> beginning(Message message) {
    String text = readable(message);
    if (text.isEmpty()) {
      return List.of();
    }
    Span wide = widen(text, 0, 0);
    return List.of(passage(TextForm.READABLE, text, wide.start(), wide.end(), Optional.empty()));
  }

  private static Passage passage(
      TextForm form, String text, int start, int end, Optional<WeighedWords> question) {
    String part = text.substring(start, end);
    return new Passage(
        form, start, end, part, question.map(words -> places(part, words)).orElse(List.of()));
  }

  /** Returns the places of the question's words, without overlap. */
  private static List<Span> places(String text, WeighedWords question) {
    List<Span> places = new ArrayList<>();
    int end = 0;
    for (Occurrence occurrence : question.occurrences(text)) {
      if (occurrence.start() >= end) {
        places.add(new Span(occurrence.start(), occurrence.end()));
        end = occurrence.end();
      }
    }
    return places;
  }

  /**
   * Returns the window of at most {@link #MAX_LENGTH} with the greatest sum of weights, each term
   * counted once. Ties go to the first window.
   */
  private static Span densest(List<Occurrence> found, Map<Term, Double> weights) {
    Span densest = new Span(found.get(0).start(), found.get(0).end());
    Map<Term, Integer> counts = new HashMap<>();
    double greatest = 0;
    int from = 0;
    for (Occurrence last : found) {
      counts.merge(last.term(), 1, Integer::sum);
      while (last.end() - found.get(from).start() > MAX_LENGTH && !found.get(from).equals(last)) {
        counts.computeIfPresent(
            found.get(from++).term(), (term, count) -> count > 1 ? count - 1 : null);
      }
      double sum =
          counts.keySet().stream().mapToDouble(term -> weights.getOrDefault(term, 0.0)).sum();
      if (sum > greatest) {
        greatest = sum;
        densest = new Span(found.get(from).start(), Math.max(last.end(), found.get(from).end()));
      }
    }
    return densest;
  }

  /** Widens a span on both sides up to {@link #MAX_LENGTH}, to the nearest ends of words. */
  private static Span widen(String text, int start, int end) {
    int room = Math.max(0, MAX_LENGTH - (end - start));
    int to = Math.min(text.length(), end + room / 2);
    int from = Math.max(0, Math.min(start, to - MAX_LENGTH));
    to = Math.min(text.length(), Math.max(end, from + MAX_LENGTH));
    while (from > 0 && from < start && !Character.isWhitespace(text.charAt(from - 1))) {
      from++;
    }
    while (from < start && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    while (to < text.length() && to > end && !Character.isWhitespace(text.charAt(to))) {
      to--;
    }
    while (to > end && Character.isWhitespace(text.charAt(to - 1))) {
      to--;
    }
    return new Span(from, to);
  }
}
