package io.msgvault.embed.opensearch;

import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.store.support.WordScoring;
import io.msgvault.embed.text.WordAnalyzer;
import io.msgvault.embed.text.WordAnalyzer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The index of the words, and its documents.
 *
 * <p>All parts of a message share one field of the cluster for stems and one for exact forms. A
 * part of weight 2 stands in them twice. So the frequencies and lengths that the cluster counts are
 * those of the contract's formula. The parts are apart, so that no phrase goes from one to the
 * next. So are compounds, which stand behind the words that they are made of.
 */
final class WordDocuments {
  /** The stems. */
  static final String STEM = "stem";

  /** The exact forms, in order. */
  static final String FORM = "form";

  /** The exact forms once more, to look up those that begin like a prefix. */
  static final String VOCABULARY = "vocabulary";

  /** The number of terms. */
  static final String LENGTH = "length";

  private final Cluster cluster;
  private final String index;

  WordDocuments(Cluster cluster, String prefix) {
    this.cluster = cluster;
    this.index = prefix + "-words";
  }

  Cluster cluster() {
    return cluster;
  }

  /** Returns the alias by which documents are read and written. */
  String all() {
    return index + "-all";
  }

  /** Creates the index, unless it is there. */
  void create(String policy, int shards, int replicas) {
    Cluster.Answer answer =
        cluster.send(
            "PUT",
            "/" + index,
            Map.of(
                "settings",
                Map.of("index", settings(shards, replicas)),
                "aliases",
                Map.of(all(), Map.of()),
                "mappings",
                mappings(policy)));
    if (!answer.errorType().equals("resource_already_exists_exception")) {
      cluster.requireOk(answer);
    }
  }

  private static Map<String, ?> settings(int shards, int replicas) {
    return Map.of(
        "number_of_shards",
        shards,
        "number_of_replicas",
        replicas,
        "replication.type",
        "DOCUMENT",
        "translog.durability",
        "REQUEST",
        "similarity",
        Map.of("default", Map.of("type", "BM25", "k1", WordScoring.K1, "b", WordScoring.B)));
  }

  private static Map<String, ?> mappings(String policy) {
    Map<String, ?> number = Map.of("type", "long");
    return Map.of(
        "dynamic",
        "strict",
        "_meta",
        Map.of("policy", policy),
        "_source",
        Map.of("includes", List.of(WordMarks.FIELD)),
        "properties",
        Map.of(
            "id",
            number,
            "revision",
            Map.of("type", "long", "index", false),
            LENGTH,
            number,
            STEM,
            Map.of("type", "text", "analyzer", "whitespace", "index_options", "freqs"),
            FORM,
            Map.of("type", "text", "analyzer", "whitespace", "index_options", "positions"),
            VOCABULARY,
            Map.of("type", "keyword", "index", false),
            WordMarks.FIELD,
            Map.of("type", "object", "enabled", false)));
  }

  /** Requires that the index is there, and has words of a policy. */
  void requirePolicy(String policy) {
    Cluster.Answer answer = cluster.send("GET", "/" + all() + "?flat_settings=true");
    if (answer.isMissing()) {
      throw notInstalled();
    }
    Json description = cluster.requireOk(answer).body().get(index);
    String found = description.get("mappings", "_meta", "policy").text().orElse("none");
    if (!found.equals(policy)) {
      throw new WordPolicyException(
          "the index " + index, found, policy, "OpenSearchWordIndex.Builder.uninstall");
    }
    requireSetting(description, "index.replication.type", "DOCUMENT");
    requireSetting(description, "index.translog.durability", "REQUEST");
  }

  private void requireSetting(Json description, String name, String wanted) {
    String found = description.get("settings").get(name).text().orElse(wanted);
    if (!found.equalsIgnoreCase(wanted)) {
      throw new BrokenIndexException(
          "the index " + index,
          name + " is " + found + ", not " + wanted,
          "set it back, or call OpenSearchWordIndex.Builder.uninstall and install it anew",
          null);
    }
  }

  NotInstalledException notInstalled() {
    return new NotInstalledException(
        "the cluster", index, "OpenSearchWordIndex.Builder.install, and run a job");
  }

  /** Deletes the index, if it is there. */
  void delete() {
    Cluster.Answer answer = cluster.send("DELETE", "/" + index);
    if (!answer.isMissing()) {
      cluster.requireOk(answer);
    }
  }

  /** Begins to write. What is written is visible once it has finished. */
  Bulk bulk() {
    return new Bulk(cluster, all(), "&refresh=true");
  }

  /** Searches. */
  Json search(Map<String, ?> body) {
    return search(body, "");
  }

  /**
   * Searches.
   *
   * @param parameters what is added to the query of the request
   */
  Json search(Map<String, ?> body, String parameters) {
    Cluster.Answer answer =
        cluster.send(
            "POST", "/" + all() + "/_search?allow_partial_search_results=false" + parameters, body);
    if (answer.isMissing()) {
      throw notInstalled();
    }
    return cluster.requireComplete(answer);
  }

  /** Returns the document of a message. */
  static Map<String, ?> document(MessageWords message, WordAnalyzer analyzer) {
    List<String> stems = new ArrayList<>();
    List<String> forms = new ArrayList<>();
    TreeSet<String> vocabulary = new TreeSet<>();
    long length = 0;
    for (Map.Entry<WordField, String> field : message.texts().entrySet()) {
      List<WordAnalyzer.Term> terms = analyzer.terms(field.getValue());
      int weight = field.getKey().weight();
      addParts(terms, WordAnalyzer.Term::stem, weight, stems);
      addParts(terms, WordAnalyzer.Term::surface, weight, forms);
      terms.forEach(term -> vocabulary.add(term.surface()));
      length += (long) weight * terms.size();
    }
    return Map.of(
        "id",
        message.messageId(),
        "revision",
        message.revision(),
        LENGTH,
        length,
        STEM,
        stems,
        FORM,
        forms,
        VOCABULARY,
        vocabulary);
  }

  private static void addParts(
      List<WordAnalyzer.Term> terms,
      Function<WordAnalyzer.Term, String> form,
      int weight,
      List<String> parts) {
    StringBuilder words = new StringBuilder();
    List<String> compounds = new ArrayList<>();
    for (WordAnalyzer.Term term : terms) {
      if (term.kind() == Kind.COMPOUND) {
        compounds.add(form.apply(term));
      } else {
        words.append(form.apply(term)).append(' ');
      }
    }
    for (int i = 0; i < weight; i++) {
      if (!words.isEmpty()) {
        parts.add(words.toString());
      }
      parts.addAll(compounds);
    }
  }
}
