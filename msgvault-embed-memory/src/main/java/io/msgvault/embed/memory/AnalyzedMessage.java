package io.msgvault.embed.memory;

import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.text.WordAnalyzer;
import io.msgvault.embed.text.WordAnalyzer.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the terms of a message, as the fields weigh them. */
final class AnalyzedMessage {
  private final long revision;
  private final Map<String, Integer> stems = new HashMap<>();
  private final Map<String, Integer> surfaces = new HashMap<>();
  private final Map<WordField, List<String>> sequences = new HashMap<>();
  private int length;

  AnalyzedMessage(MessageWords message, WordAnalyzer analyzer) {
    revision = message.revision();
    message.texts().forEach((field, text) -> add(field, analyzer.terms(text)));
  }

  private void add(WordField field, List<WordAnalyzer.Term> terms) {
    List<String> sequence = new ArrayList<>();
    for (WordAnalyzer.Term term : terms) {
      stems.merge(term.stem(), field.weight(), Integer::sum);
      surfaces.merge(term.surface(), field.weight(), Integer::sum);
      length += field.weight();
      if (term.kind() != Kind.COMPOUND) {
        sequence.add(term.surface());
      }
    }
    sequences.put(field, sequence);
  }

  long revision() {
    return revision;
  }

  /** Returns the number of terms. */
  int length() {
    return length;
  }

  Map<String, Integer> stems() {
    return stems;
  }

  Map<String, Integer> surfaces() {
    return surfaces;
  }

  /** Returns how often these words follow one another. */
  int countPhrase(List<String> words) {
    int count = 0;
    for (Map.Entry<WordField, List<String>> field : sequences.entrySet()) {
      List<String> sequence = field.getValue();
      for (int i = 0; i + words.size() <= sequence.size(); i++) {
        if (sequence.subList(i, i + words.size()).equals(words)) {
          count += field.getKey().weight();
        }
      }
    }
    return count;
  }
}
