package io.msgvault.embed.benchmarks;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.search.evaluation.Judgements;
import io.msgvault.embed.search.evaluation.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Holds documents, questions, and which documents answer which questions.
 *
 * @param name a name of letters, digits and underscores
 */
record JudgedCollection(
    String name, List<Document> documents, List<Topic> topics, Judgements judgements) {
  private static final Path SHARED = Path.of("..", "shared", "data", "collections");
  private static final String DOCUMENTS = "docs.tsv";

  /** A document, with its name in the judgements. */
  record Document(String name, String title, String text) {
    String all() {
      return title.isEmpty() ? text : title + "\n\n" + text;
    }
  }

  /**
   * Reads each collection of a folder, by name: the folder that the environment variable {@code
   * BENCH_COLLECTIONS} names, or the one beside the project. If there is none, makes a small one of
   * the sample mailbox.
   */
  static List<JudgedCollection> all() throws IOException {
    Optional<Path> named = Optional.ofNullable(System.getenv("BENCH_COLLECTIONS")).map(Path::of);
    Path folder = named.orElse(SHARED);
    List<JudgedCollection> collections = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> entries = Files.list(folder)) {
        for (Path entry : entries.sorted().toList()) {
          if (Files.exists(entry.resolve(DOCUMENTS))) {
            collections.add(read(entry));
          }
        }
      }
    }
    if (!collections.isEmpty()) {
      return collections;
    }
    if (named.isPresent()) {
      throw new IllegalArgumentException(
          folder + " has no collection: each is a folder with docs.tsv, queries.tsv and qrels.tsv");
    }
    System.out.println(
        "Only the sample mailbox is measured, which says little. BENCH_COLLECTIONS names a folder of"
            + " collections, each a folder with docs.tsv (id, title, text), queries.tsv (id, text)"
            + " and qrels.tsv (query, document, grade); \\n, \\t and \\\\ are escapes.");
    return List.of(sample());
  }

  private static JudgedCollection read(Path folder) throws IOException {
    List<Document> documents = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(DOCUMENTS))) {
      String[] columns = line.split("\t", 3);
      if (columns.length < 3) {
        throw new IllegalArgumentException(
            folder.resolve(DOCUMENTS)
                + ":"
                + (documents.size() + 1)
                + ": a document is an id, a title and a text, with tabs between");
      }
      documents.add(new Document(columns[0], unescape(columns[1]), unescape(columns[2])));
    }
    return new JudgedCollection(
        String.valueOf(folder.getFileName()).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_"),
        documents,
        Topic.read(folder.resolve("queries.tsv")).stream()
            .map(topic -> new Topic(topic.id(), unescape(topic.text())))
            .toList(),
        Judgements.read(folder.resolve("qrels.tsv")));
  }

  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        c =
            switch (text.charAt(i)) {
              case 'n' -> '\n';
              case 't' -> '\t';
              default -> text.charAt(i);
            };
      }
      plain.append(c);
    }
    return plain.toString();
  }

  /** Asks for the messages of the sample by their subjects, which the documents do not have. */
  private static JudgedCollection sample() throws IOException {
    List<Document> documents = new ArrayList<>();
    Map<String, Map<String, Integer>> grades = new HashMap<>();
    for (Post post : Post.read(Post.SAMPLE)) {
      String name = Integer.toString(documents.size() + 1);
      documents.add(new Document(name, "", post.text() + post.html()));
      if (!post.topic().isBlank()) {
        grades.computeIfAbsent(post.topic(), unknown -> new HashMap<>()).put(name, 1);
      }
    }
    return new JudgedCollection(
        "sample",
        documents,
        grades.keySet().stream().sorted().map(subject -> new Topic(subject, subject)).toList(),
        Judgements.of(grades));
  }

  /** Returns this collection with at most this many topics: with every n-th if it has more. */
  JudgedCollection withTopics(int most) {
    int step = (topics.size() + most - 1) / most;
    List<Topic> some = new ArrayList<>();
    for (int i = 0; i < topics.size(); i += step) {
      some.add(topics.get(i));
    }
    return new JudgedCollection(name, documents, some, judgements);
  }

  /** Fills the cache of an embedder. */
  void embedTopics(CachingEmbedder embedder) {
    for (int from = 0; from < topics.size(); from += embedder.batchSize()) {
      int to = Math.min(topics.size(), from + embedder.batchSize());
      embedder.embed(topics.subList(from, to).stream().map(Topic::text).toList(), InputType.QUERY);
    }
  }

  String size() {
    return String.format(
        Locale.ROOT, "%s: %,d documents, %,d questions", name, documents.size(), topics.size());
  }
}
