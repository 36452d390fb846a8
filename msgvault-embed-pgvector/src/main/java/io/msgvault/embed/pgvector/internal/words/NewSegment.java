package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.text.WordAnalyzer;
import io.msgvault.embed.text.WordAnalyzer.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Analyses messages, and makes the pages of a segment that has them all. */
final class NewSegment {
  /** The distance between two fields, so that no phrase goes from one to the next. */
  private static final int GAP = 2;

  private final List<MessageWords> messages;
  private final List<Page> pages = new ArrayList<>();
  private final Map<String, Occurrences> stems = new HashMap<>();
  private final Map<String, Occurrences> forms = new HashMap<>();
  private final Map<String, Occurrences> places = new HashMap<>();
  private int withTerms;
  private long length;

  private NewSegment(List<MessageWords> messages) {
    this.messages = messages;
  }

  static NewSegment of(Collection<MessageWords> batch, WordAnalyzer analyzer) {
    List<MessageWords> sorted =
        batch.stream().sorted(Comparator.comparingLong(MessageWords::messageId)).toList();
    NewSegment segment = new NewSegment(sorted);
    for (int document = 0; document < sorted.size(); document++) {
      segment.add(document, sorted.get(document), analyzer);
    }
    segment.writePages();
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
    Map<WordField, List<WordAnalyzer.Term>> fields = new java.util.EnumMap<>(WordField.class);
    message.texts().forEach((field, text) -> fields.put(field, analyzer.terms(text)));
    long terms = 0;
    for (Map.Entry<WordField, List<WordAnalyzer.Term>> field : fields.entrySet()) {
      terms += (long) field.getKey().weight() * field.getValue().size();
    }
    if (terms == 0) {
      return;
    }
    withTerms++;
    length += terms;
    int lengthCode = Lengths.encode(terms);
    int base = 0;
    for (Map.Entry<WordField, List<WordAnalyzer.Term>> field : fields.entrySet()) {
      int weight = field.getKey().weight();
      int place = base;
      for (WordAnalyzer.Term term : field.getValue()) {
        at(stems, term.stem()).add(document, lengthCode, weight);
        at(forms, term.surface()).add(document, lengthCode, weight);
        if (term.kind() != Kind.COMPOUND) {
          place = base + term.position();
          at(places, term.surface()).addPosition(document, lengthCode, Position.of(place, weight));
        }
      }
      base = place + GAP;
    }
  }

  private static Occurrences at(Map<String, Occurrences> all, String term) {
    return all.computeIfAbsent(term, first -> new Occurrences());
  }

  private void writePages() {
    List<Map.Entry<byte[], Occurrences>> lists = new ArrayList<>();
    stems.forEach((term, list) -> lists.add(Map.entry(TermKey.stem(term), list)));
    forms.forEach((term, list) -> lists.add(Map.entry(TermKey.form(term), list)));
    places.forEach((term, list) -> lists.add(Map.entry(TermKey.positions(term), list)));
    lists.sort((one, other) -> Arrays.compareUnsigned(one.getKey(), other.getKey()));
    Page.Writer writer = new Page.Writer(pages::add);
    for (Map.Entry<byte[], Occurrences> list : lists) {
      writer.write(list.getKey(), list.getValue().finish());
    }
    writer.flush();
    stems.clear();
    forms.clear();
    places.clear();
  }

  /** The occurrences of a term; those of the last document are still being counted. */
  private static final class Occurrences {
    private final ListBuilder list = new ListBuilder();
    private final ByteSink positions = new ByteSink();
    private int document = -1;
    private int lengthCode;
    private int count;
    private int lastPosition;

    void add(int at, int code, int weight) {
      begin(at, code);
      count += weight;
    }

    void addPosition(int at, int code, int position) {
      begin(at, code);
      count++;
      positions.number(position - lastPosition);
      lastPosition = position;
    }

    private void begin(int at, int code) {
      if (at != document) {
        end();
        document = at;
        lengthCode = code;
      }
    }

    private void end() {
      if (count > 0) {
        ByteSink payload = new ByteSink();
        payload.put(lengthCode);
        if (count > 1) {
          payload.number(count);
        }
        payload.put(positions);
        byte[] bytes = payload.toBytes();
        list.add(document, count > 1, bytes, 0, bytes.length);
      }
      count = 0;
      lastPosition = 0;
      positions.clear();
    }

    ListBuilder finish() {
      end();
      return list;
    }
  }
}
