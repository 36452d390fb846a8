package io.msgvault.embed.opensearch;

import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordQuery.Prefix;
import java.util.List;
import java.util.Map;

/**
 * The words that a prefix stands for: those in the most messages.
 *
 * @param beginning the prefix
 * @param words the words; none if no message has one
 * @param hasMore whether further words begin like it
 */
record PrefixWords(String beginning, List<String> words, boolean hasMore) {
  /** How many terms a question may have in a cluster, unless its settings say otherwise. */
  private static final int MAX_TERMS = 1_024;

  /**
   * Looks up the words of a prefix.
   *
   * @param prefixes how many prefixes share the terms that a question may have
   * @param others how many terms the question has beside them
   */
  static PrefixWords find(Prefix prefix, WordDocuments documents, int prefixes, int others) {
    int most = Math.min(WordQuery.MAX_EXPANSIONS, Math.max(1, (MAX_TERMS - others) / prefixes));
    Json found =
        documents
            .search(
                Map.of(
                    "size", 0,
                    "query", matching(prefix.beginning()),
                    "aggs",
                        Map.of(
                            "words",
                            Map.of(
                                "terms",
                                Map.of(
                                    "field",
                                    WordDocuments.VOCABULARY,
                                    "include",
                                    pattern(prefix.beginning()),
                                    "size",
                                    most)))))
            .get("aggregations", "words");
    return new PrefixWords(
        prefix.beginning(),
        found.get("buckets").list().stream()
            .map(word -> word.get("key").text().orElse(""))
            .toList(),
        found.get("sum_other_doc_count").asLong() > 0);
  }

  private static String pattern(String beginning) {
    StringBuilder pattern = new StringBuilder();
    beginning
        .codePoints()
        .forEach(
            c -> {
              if (c < 0x80 && !Character.isLetterOrDigit(c)) {
                pattern.append('\\');
              }
              pattern.appendCodePoint(c);
            });
    // Without the brackets, 2.19 takes a short cut that fails where no word comes behind these.
    return pattern.append("(.*)").toString();
  }

  /** Finds the words, all of them together as if they were one. */
  Map<String, ?> query() {
    return Map.of(
        "span_or",
        Map.of(
            "clauses",
            words.stream()
                .map(word -> Map.of("span_term", Map.of(WordDocuments.FORM, word)))
                .toList()));
  }

  /** Finds all messages with a word that begins like the prefix. */
  Map<String, ?> matching() {
    return matching(beginning);
  }

  private static Map<String, ?> matching(String beginning) {
    return Map.of("prefix", Map.of(WordDocuments.FORM, Map.of("value", beginning)));
  }
}
