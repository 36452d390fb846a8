package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.store.support.WordScoring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores the documents of one segment after the other. */
final class Scorer {
  private final List<Part> parts;
  private final double[] norms = new double[Lengths.CODES];

  Scorer(List<Part> parts, double meanLength) {
    this.parts = parts;
    for (int code = 0; code < norms.length; code++) {
      norms[code] =
          WordScoring.K1 * (1 - WordScoring.B + WordScoring.B * Lengths.decode(code) / meanLength);
    }
  }

  /** Returns the score of each document of a segment; 0 for those that have no term. */
  double[] score(Segment segment) {
    double[] scores = new double[segment.documents()];
    for (Part part : parts) {
      if (part.phrase()) {
        addPhrase(segment, part, scores);
      } else if (part.keys().size() == 1) {
        addTerm(part.weight(), part.lists().of(segment.id(), part.keys().get(0)), scores);
      } else {
        addSum(segment, part, scores);
      }
    }
    return scores;
  }

  private void addTerm(double weight, List<TermList> list, double[] scores) {
    for (TermList part : list) {
      TermList.Cursor cursor = part.cursor();
      while (cursor.next()) {
        int count = cursor.count();
        scores[cursor.document()] += weight * count / (count + norms[cursor.length()]);
      }
    }
  }

  private void addSum(Segment segment, Part part, double[] scores) {
    int[] counts = new int[scores.length];
    byte[] lengths = new byte[scores.length];
    for (byte[] key : part.keys()) {
      for (TermList some : part.lists().of(segment.id(), key)) {
        TermList.Cursor cursor = some.cursor();
        while (cursor.next()) {
          counts[cursor.document()] += cursor.count();
          lengths[cursor.document()] = (byte) cursor.length();
        }
      }
    }
    for (int document = 0; document < counts.length; document++) {
      if (counts[document] > 0) {
        scores[document] += part(part.weight(), counts[document], lengths[document] & 0xFF);
      }
    }
  }

  private double part(double weight, int count, int length) {
    return weight * count / (count + norms[length]);
  }

  private void addPhrase(Segment segment, Part part, double[] scores) {
    List<Word> words = new ArrayList<>();
    for (byte[] key : part.keys()) {
      words.add(new Word(part.lists().of(segment.id(), key)));
    }
    Word first = words.get(0);
    while (first.next()) {
      int document = first.cursor().document();
      boolean all = true;
      for (Word word : words) {
        all = all && word.advance(document);
      }
      int count = all ? countPhrase(words) : 0;
      if (count > 0) {
        scores[document] += part(part.weight(), count, first.cursor().length());
      }
    }
  }

  /** Counts the places where the words of one document follow one another, by their weight. */
  private static int countPhrase(List<Word> words) {
    int count = 0;
    int[][] positions = new int[words.size()][];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = words.get(i).cursor().positions();
    }
    for (int start : positions[0]) {
      boolean all = true;
      for (int i = 1; all && i < positions.length; i++) {
        all = Arrays.binarySearch(positions[i], Position.plus(start, i)) >= 0;
      }
      if (all) {
        count += Position.weight(start);
      }
    }
    return count;
  }

  /** The documents that have one word of a phrase. */
  private static final class Word {
    private final List<TermList> parts;
    private int part;
    private TermList.@Nullable Cursor cursor;
    private boolean atEnd;

    Word(List<TermList> parts) {
      this.parts = parts.stream().sorted(Comparator.comparingInt(TermList::firstDocument)).toList();
    }

    /** Goes to the next document; returns false at the end. */
    boolean next() {
      while (cursor == null || !cursor.next()) {
        if (part == parts.size()) {
          atEnd = true;
          return false;
        }
        cursor = parts.get(part++).cursor();
      }
      return true;
    }

    /** Goes to a document, or to the first behind it; returns whether it has the word. */
    boolean advance(int document) {
      boolean more = !atEnd && (cursor != null || next());
      while (more && cursor().document() < document) {
        more = next();
      }
      return more && cursor().document() == document;
    }

    TermList.Cursor cursor() {
      if (cursor == null) {
        throw new IllegalStateException("before the first document");
      }
      return cursor;
    }
  }
}
