package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordQuery.Phrase;
import io.msgvault.embed.store.WordQuery.Prefix;
import io.msgvault.embed.store.WordQuery.Term;
import io.msgvault.embed.store.WordQuery.Word;
import io.msgvault.embed.store.support.WordScoring;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks up the terms of a question, and weighs them. */
final class Question {
  private final Figures figures;
  private final Obsolete obsolete;
  private final Lists whole;
  private final Lists first;
  private final Map<Prefix, Lists> prefixes = new HashMap<>();

  /**
   * Looks up terms.
   *
   * @param toMatch whether documents are to be matched; otherwise only frequencies are needed
   */
  Question(WordDao dao, Figures figures, Collection<Term> terms, boolean toMatch) {
    this.figures = figures;
    this.obsolete = new Obsolete(dao, figures.obsolete());
    List<byte[]> matched = new ArrayList<>();
    List<byte[]> counted = new ArrayList<>();
    for (Term term : terms) {
      if (term instanceof Word word) {
        matched.add(TermKey.stem(word.stem()));
        matched.add(TermKey.form(word.surface()));
      } else if (term instanceof Phrase phrase) {
        phrase.surfaces().stream().distinct().map(TermKey::positions).forEach(matched::add);
        phrase.surfaces().stream().distinct().map(TermKey::form).forEach(counted::add);
      } else {
        Prefix prefix = (Prefix) term;
        prefixes.put(prefix, Lists.beginningWith(dao, TermKey.form(prefix.beginning())));
      }
    }
    this.whole = Lists.of(dao, distinct(matched), toMatch ? Integer.MAX_VALUE : 1);
    this.first = Lists.of(dao, distinct(counted), 1);
  }

  private static List<byte[]> distinct(List<byte[]> keys) {
    return keys.stream().map(ByteBuffer::wrap).distinct().map(ByteBuffer::array).toList();
  }

  /** Returns the parts that a document can match. */
  List<Part> parts(WordQuery query) {
    List<Part> parts = new ArrayList<>();
    query.terms().forEach((term, count) -> addParts(term, count, parts));
    return parts;
  }

  private void addParts(Term term, int count, List<Part> parts) {
    if (term instanceof Word word) {
      byte[] stem = TermKey.stem(word.stem());
      byte[] form = TermKey.form(word.surface());
      add(count * (1 - WordScoring.EXACT_SHARE) * weight(whole, stem), whole, stem, parts);
      add(count * WordScoring.EXACT_SHARE * weight(whole, form), whole, form, parts);
    } else if (term instanceof Prefix prefix) {
      List<byte[]> forms = expansions(prefix);
      double weight = figures.weight(mostFrequent(prefix, forms));
      add(count * weight, lists(prefix), forms, false, parts);
    } else if (term instanceof Phrase phrase && frequency(phrase) > 0) {
      double weight =
          phrase.surfaces().stream().mapToDouble(word -> weight(first, TermKey.form(word))).sum();
      List<byte[]> words = phrase.surfaces().stream().map(TermKey::positions).toList();
      add(count * weight, whole, words, true, parts);
    }
  }

  private static void add(double weight, Lists lists, byte[] key, List<Part> parts) {
    add(weight, lists, List.of(key), false, parts);
  }

  private static void add(
      double weight, Lists lists, List<byte[]> keys, boolean phrase, List<Part> parts) {
    if (weight > 0) {
      parts.add(new Part(weight, lists, keys, phrase));
    }
  }

  private double weight(Lists lists, byte[] key) {
    return figures.weight(frequency(lists, key));
  }

  /** Returns how many messages a term counts as being in. */
  long frequency(Term term) {
    if (term instanceof Word word) {
      return frequency(whole, TermKey.stem(word.stem()));
    }
    if (term instanceof Prefix prefix) {
      return mostFrequent(prefix, expansions(prefix));
    }
    return ((Phrase) term)
        .surfaces().stream()
            .mapToLong(word -> frequency(first, TermKey.form(word)))
            .min()
            .orElse(0);
  }

  private long frequency(Lists lists, byte[] key) {
    long frequency = lists.frequency(key);
    return frequency > 0 && obsolete.isWhole(lists, key, frequency) ? 0 : frequency;
  }

  private Lists lists(Prefix prefix) {
    return prefixes.getOrDefault(prefix, new Lists());
  }

  /** Returns the words of a beginning that are in the most messages, the most frequent first. */
  private List<byte[]> expansions(Prefix prefix) {
    Lists lists = lists(prefix);
    return lists.keys().stream()
        .sorted(
            Comparator.comparingLong((byte[] key) -> -lists.frequency(key))
                .thenComparing(Arrays::compareUnsigned))
        .limit(WordQuery.MAX_EXPANSIONS)
        .toList();
  }

  private long mostFrequent(Prefix prefix, List<byte[]> forms) {
    for (byte[] form : forms) {
      long frequency = frequency(lists(prefix), form);
      if (frequency > 0) {
        return frequency;
      }
    }
    return 0;
  }
}
