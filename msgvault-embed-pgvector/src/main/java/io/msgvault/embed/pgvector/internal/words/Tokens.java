package io.msgvault.embed.pgvector.internal.words;

import java.util.Arrays;
import java.util.List;

/**
 * The words of some messages, in the order of documents and positions. Each distinct word has a
 * number. Its occurrences are brought together at the end, by a counting sort: that is several
 * times as fast as a list for each word from the beginning.
 */
final class Tokens {
  /** Stands for the position of a compound, which no phrase has. */
  private static final int NOWHERE = -1;

  private final Vocabulary stems = new Vocabulary();
  private final Vocabulary forms = new Vocabulary();
  private int[] stemOf = new int[1024];
  private int[] formOf = new int[1024];
  private int[] documents = new int[1024];
  private int[] weights = new int[1024];
  private int[] positions = new int[1024];
  private int size;
  private final byte[] lengths;
  private final ListBuilder list = new ListBuilder();
  private final ByteSink payload = new ByteSink();
  private final ByteSink places = new ByteSink();

  /**
   * Prepares.
   *
   * @param documentCount the number of documents
   */
  Tokens(int documentCount) {
    lengths = new byte[documentCount];
  }

  /** Sets the length of a document. */
  void setLength(int document, long length) {
    lengths[document] = (byte) Lengths.encode(length);
  }

  /** Adds a word of a document. */
  void add(int document, String stem, String form, int weight, int position) {
    grow();
    stemOf[size] = stems.number(stem);
    formOf[size] = forms.number(form);
    documents[size] = document;
    weights[size] = weight;
    positions[size] = position;
    size++;
  }

  /** Adds words that are written as one, which have a place by themselves only. */
  void addCompound(int document, String stem, String form, int weight) {
    add(document, stem, form, weight, NOWHERE);
  }

  private void grow() {
    if (size == documents.length) {
      int more = size * 2;
      stemOf = Arrays.copyOf(stemOf, more);
      formOf = Arrays.copyOf(formOf, more);
      documents = Arrays.copyOf(documents, more);
      weights = Arrays.copyOf(weights, more);
      positions = Arrays.copyOf(positions, more);
    }
  }

  /** Writes the lists of all words, in the order of their keys. */
  void writeTo(Page.Writer writer) {
    Grouped byForm = new Grouped(formOf, size, forms.size());
    List<Vocabulary.Word> sorted = forms.sorted();
    for (Vocabulary.Word form : sorted) {
      addCounts(byForm, form.number());
      writer.write(TermKey.form(form.text()), list);
    }
    for (Vocabulary.Word form : sorted) {
      addPositions(byForm, form.number());
      if (list.total() > 0) {
        writer.write(TermKey.positions(form.text()), list);
      }
    }
    Grouped byStem = new Grouped(stemOf, size, stems.size());
    for (Vocabulary.Word stem : stems.sorted()) {
      addCounts(byStem, stem.number());
      writer.write(TermKey.stem(stem.text()), list);
    }
    writer.flush();
  }

  private void addCounts(Grouped grouped, int word) {
    list.clear();
    int end = grouped.end(word);
    for (int i = grouped.start(word); i < end; ) {
      int document = documents[grouped.token(i)];
      int count = 0;
      for (; i < end && documents[grouped.token(i)] == document; i++) {
        count += weights[grouped.token(i)];
      }
      places.clear();
      addTo(document, count, places);
    }
  }

  private void addPositions(Grouped grouped, int word) {
    list.clear();
    int end = grouped.end(word);
    for (int i = grouped.start(word); i < end; ) {
      int document = documents[grouped.token(i)];
      int count = 0;
      int last = 0;
      places.clear();
      for (; i < end && documents[grouped.token(i)] == document; i++) {
        int position = positions[grouped.token(i)];
        if (position != NOWHERE) {
          places.number(position - last);
          last = position;
          count++;
        }
      }
      if (count > 0) {
        addTo(document, count, places);
      }
    }
  }

  /** Adds a document to the list. */
  private void addTo(int document, int count, ByteSink places) {
    payload.clear();
    payload.put(lengths[document]);
    if (count > 1) {
      payload.number(count);
    }
    payload.put(places);
    list.add(document, count > 1, payload);
  }

  /** The places of all tokens, brought together by their words. */
  private static final class Grouped {
    private final int[] ends;
    private final int[] tokens;

    Grouped(int[] wordOf, int size, int words) {
      ends = new int[words];
      tokens = new int[size];
      for (int i = 0; i < size; i++) {
        ends[wordOf[i]]++;
      }
      int end = 0;
      for (int word = 0; word < words; word++) {
        int count = ends[word];
        ends[word] = end;
        end += count;
      }
      for (int i = 0; i < size; i++) {
        tokens[ends[wordOf[i]]++] = i;
      }
    }

    int start(int word) {
      return word == 0 ? 0 : ends[word - 1];
    }

    int end(int word) {
      return ends[word];
    }

    int token(int i) {
      return tokens[i];
    }
  }
}
