package io.msgvault.embed.search;

import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.SearchHit.Span;
import io.msgvault.embed.search.SearchHit.TextForm;
import io.msgvault.embed.store.KeywordQuery.Occurrence;
import io.msgvault.embed.store.KeywordQuery.Term;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.text.ReadableText;
import io.msgvault.embed.text.TextDigest;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Cuts the passage that matched out of a message. */
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
   * Returns the chunk that a vector hit names. Empty if the text is not the one that was embedded,
   * whatever the revision says, or if the place of the chunk is not known.
   */
  Optional<Passage> ofChunk(
      Message message, Rescorer.Scored scored, Optional<KeywordSignal.Answer> byKeywords) {
    VectorHit hit = scored.hit();
    String text = preparer.prepare(message.subject(), message.text(), message.html());
    return hit.hasOffsets() && scored.textDigest().equals(TextDigest.of(text))
        ? Optional.of(passage(TextForm.PREPARED, text, hit.start(), hit.end(), byKeywords))
        : Optional.empty();
  }

  /**
   * Returns the part of the text with the greatest sum of the IDF of its terms; empty if the text
   * has none of them.
   */
  Optional<Passage> aroundMatches(Message message, KeywordSignal.Answer byKeywords) {
    String text = readableTexts.of(message.subject(), message.text(), message.html()).text();
    List<Occurrence> found = occurrences(text, byKeywords);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Span densest = densest(found, byKeywords.idfByTerm());
    Span wide = widen(text, densest.start(), densest.end());
    return Optional.of(
        passage(TextForm.READABLE, text, wide.start(), wide.end(), Optional.of(byKeywords)));
  }

  private static Passage passage(
      TextForm form, String text, int start, int end, Optional<KeywordSignal.Answer> byKeywords) {
    String part = text.substring(start, end);
    return new Passage(
        form, start, end, part, byKeywords.map(answer -> words(part, answer)).orElse(List.of()));
  }

  private static List<Occurrence> occurrences(String text, KeywordSignal.Answer byKeywords) {
    return byKeywords.query().occurrences(text).stream()
        .filter(occurrence -> byKeywords.idfByTerm().containsKey(occurrence.term()))
        .toList();
  }

  /** Returns the places of the question's words, without overlap. */
  private static List<Span> words(String text, KeywordSignal.Answer byKeywords) {
    List<Span> words = new ArrayList<>();
    int end = 0;
    for (Occurrence occurrence : occurrences(text, byKeywords)) {
      if (occurrence.start() >= end) {
        words.add(new Span(occurrence.start(), occurrence.end()));
        end = occurrence.end();
      }
    }
    return words;
  }

  /**
   * Returns the window of at most {@link #MAX_LENGTH} with the greatest sum of IDF, each term
   * counted once. Ties go to the first window.
   */
  private static Span densest(List<Occurrence> found, Map<Term, Double> idfByTerm) {
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
      double idf =
          counts.keySet().stream().mapToDouble(term -> idfByTerm.getOrDefault(term, 0.0)).sum();
      if (idf > greatest) {
        greatest = idf;
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
