package io.msgvault.embed.opensearch;

import io.msgvault.embed.store.WordQuery.Phrase;
import io.msgvault.embed.store.WordQuery.Prefix;
import io.msgvault.embed.store.WordQuery.Term;
import io.msgvault.embed.store.WordQuery.Word;
import io.msgvault.embed.store.WordStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The figures by which the cluster ranks the terms of a question. Each part of the question is
 * asked for one message, with the explanation of its score. So the figures are exactly those that
 * the search itself will use, whatever the number of shards, and a term that no message has has
 * none.
 */
final class WordFigures {
  private final WordDocuments documents;
  private final String copies;
  private final Map<Map<String, ?>, Figures> found = new HashMap<>();
  private final Map<Prefix, PrefixWords> prefixes = new LinkedHashMap<>();

  /**
   * The figures of a part of a question.
   *
   * @param frequency the messages that have its term; of several terms, that of the most frequent
   * @param messages the messages that have a term
   * @param meanLength the mean of their lengths
   * @param idf the weight that the cluster gives it
   * @param factor what the cluster multiplies scores by
   */
  record Figures(long frequency, long messages, double meanLength, double idf, double factor) {}

  private WordFigures(WordDocuments documents) {
    this.documents = documents;
    // The same text leads all requests to the same copies of the shards. Copies differ a little in
    // the deleted messages that they still count.
    this.copies = "q" + ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
  }

  /** Asks for the figures of terms. */
  static WordFigures of(Collection<Term> terms, WordDocuments documents) {
    WordFigures figures = new WordFigures(documents);
    int simple = 0;
    for (Term term : terms) {
      simple += term instanceof Phrase phrase ? 2 * phrase.surfaces().size() : 2;
    }
    List<Prefix> prefixes =
        terms.stream().filter(Prefix.class::isInstance).map(Prefix.class::cast).toList();
    for (Prefix prefix : prefixes) {
      figures.prefixes.put(prefix, PrefixWords.find(prefix, documents, prefixes.size(), simple));
    }
    Set<Map<String, ?>> parts = new LinkedHashSet<>();
    terms.forEach(term -> parts.addAll(figures.parts(term)));
    figures.ask(new ArrayList<>(parts));
    return figures;
  }

  /** Returns the text that leads a search to the copies that these figures come from. */
  String copies() {
    return copies;
  }

  private List<Map<String, ?>> parts(Term term) {
    if (term instanceof Word word) {
      return List.of(stem(word.stem()), form(word.surface()));
    }
    if (term instanceof Prefix prefix) {
      return prefixWords(prefix).words().isEmpty()
          ? List.of()
          : List.of(prefixWords(prefix).query());
    }
    Phrase phrase = (Phrase) term;
    List<Map<String, ?>> parts = new ArrayList<>();
    parts.add(phrase(phrase));
    phrase.surfaces().forEach(surface -> parts.add(form(surface)));
    return parts;
  }

  static Map<String, ?> stem(String text) {
    return term(WordDocuments.STEM, text);
  }

  static Map<String, ?> form(String text) {
    return term(WordDocuments.FORM, text);
  }

  private static Map<String, ?> term(String field, String text) {
    return Map.of("term", Map.of(field, Map.of("value", text)));
  }

  static Map<String, ?> phrase(Phrase phrase) {
    return Map.of(
        "match_phrase",
        Map.of(WordDocuments.FORM, Map.of("query", String.join(" ", phrase.surfaces()))));
  }

  PrefixWords prefixWords(Prefix prefix) {
    PrefixWords words = prefixes.get(prefix);
    if (words == null) {
      throw new IllegalArgumentException("the figures of " + prefix + " were not asked for");
    }
    return words;
  }

  private void ask(List<Map<String, ?>> parts) {
    if (parts.isEmpty()) {
      return;
    }
    List<Map<String, ?>> lines = new ArrayList<>();
    for (Map<String, ?> part : parts) {
      lines.add(
          Map.of(
              "search_type",
              "dfs_query_then_fetch",
              "preference",
              copies,
              "allow_partial_search_results",
              false));
      lines.add(
          Map.of(
              "size",
              1,
              "_source",
              false,
              "explain",
              true,
              "track_total_hits",
              false,
              "query",
              part));
    }
    Cluster cluster = documents.cluster();
    Cluster.Answer answer = cluster.sendLines("/" + documents.all() + "/_msearch", lines);
    if (answer.isMissing()) {
      throw documents.notInstalled();
    }
    List<Json> responses = cluster.requireOk(answer).body().get("responses").list();
    for (int i = 0; i < parts.size(); i++) {
      Cluster.Answer response =
          new Cluster.Answer((int) responses.get(i).get("status").asLong(), responses.get(i));
      if (response.isMissing()) {
        throw documents.notInstalled();
      }
      Map<String, ?> part = parts.get(i);
      cluster.requireComplete(response).get("hits", "hits").list().stream()
          .findFirst()
          .ifPresent(hit -> found.put(part, read(hit.get("_explanation"))));
    }
  }

  /** Reads an explanation of BM25: a score is factor · idf · tf. */
  private static Figures read(Json explanation) {
    Reading reading = new Reading();
    reading.read(explanation);
    return new Figures(
        reading.frequency,
        reading.messages,
        reading.meanLength,
        reading.idf,
        reading.score / (reading.idf * reading.saturation));
  }

  /** What was read of an explanation. Its outer parts come before its inner ones. */
  private static final class Reading {
    private double score = Double.NaN;
    private double idf = Double.NaN;
    private double saturation = Double.NaN;
    private double meanLength = Double.NaN;
    private long frequency;
    private long messages;

    void read(Json part) {
      String text = part.get("description").text().orElse("");
      double value = part.get("value").asDouble();
      if (text.startsWith("score(")) {
        score = value;
      } else if (text.startsWith("idf,") && Double.isNaN(idf)) {
        idf = value;
      } else if (text.startsWith("tf,")) {
        saturation = value;
      } else if (text.startsWith("avgdl,")) {
        meanLength = value;
      } else if (text.startsWith("n, ")) {
        frequency = Math.max(frequency, (long) value);
      } else if (text.startsWith("N, ")) {
        messages = (long) value;
      }
      part.get("details").list().forEach(this::read);
    }
  }

  /** Returns the figures of a part; empty if no message has it. */
  Optional<Figures> find(Map<String, ?> part) {
    return Optional.ofNullable(found.get(part));
  }

  WordStatistics statistics(Collection<Term> terms) {
    Map<Term, Long> frequencies = new HashMap<>();
    terms.forEach(term -> frequencies.put(term, frequency(term)));
    Optional<Figures> any = found.values().stream().findFirst();
    return any.isPresent()
        ? new WordStatistics(any.get().messages, any.get().meanLength, frequencies)
        : counted(frequencies);
  }

  private long frequency(Term term) {
    if (term instanceof Word word) {
      return frequency(stem(word.stem()));
    }
    if (term instanceof Prefix prefix) {
      PrefixWords words = prefixWords(prefix);
      return words.words().isEmpty() ? 0 : frequency(words.query());
    }
    return ((Phrase) term)
        .surfaces().stream().mapToLong(surface -> frequency(form(surface))).min().orElse(0);
  }

  private long frequency(Map<String, ?> part) {
    return find(part).map(Figures::frequency).orElse(0L);
  }

  /** Counts the messages, where no term leads to any of them. */
  private WordStatistics counted(Map<Term, Long> frequencies) {
    Json reply =
        documents.search(
            Map.of(
                "size",
                0,
                "track_total_hits",
                true,
                "query",
                Map.of("range", Map.of(WordDocuments.LENGTH, Map.of("gt", 0))),
                "aggs",
                Map.of("mean", Map.of("avg", Map.of("field", WordDocuments.LENGTH)))));
    long messages = reply.get("hits", "total", "value").asLong();
    double mean = messages == 0 ? 0 : reply.get("aggregations", "mean", "value").asDouble();
    return new WordStatistics(messages, mean, frequencies);
  }
}
