package io.msgvault.embed.search.evaluation;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds which documents answer which topics. A grade above 0 means relevant, and a greater one more
 * relevant. A document without a grade counts as not relevant.
 *
 * <p>Immutable, and safe for use by many threads.
 */
public final class Judgements {
  private final Map<String, Map<String, Integer>> grades;

  private Judgements(Map<String, Map<String, Integer>> grades) {
    Map<String, Map<String, Integer>> copy = new LinkedHashMap<>();
    grades.forEach(
        (topic, documents) ->
            copy.put(topic, Collections.unmodifiableMap(new LinkedHashMap<>(documents))));
    this.grades = copy;
  }

  /**
   * Holds the given judgements.
   *
   * @param grades for each id of a topic, the grades of documents by their names
   * @return the judgements
   */
  public static Judgements of(Map<String, Map<String, Integer>> grades) {
    return new Judgements(grades);
  }

  /**
   * Reads judgements from a file in UTF-8, in the form of TREC: lines {@code topic 0 document
   * grade}, with white space between. The second column is not used and may be missing. Skips blank
   * lines.
   *
   * @param file the file
   * @return the judgements
   * @throws EvaluationFileException if the file cannot be read, a line has another form, or a
   *     document is judged twice for a topic
   */
  public static Judgements read(Path file) {
    EvaluationFile lines = EvaluationFile.read(file);
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    for (int i = 0; i < lines.lines().size(); i++) {
      if (!lines.lines().get(i).isBlank()) {
        add(lines, i, grades);
      }
    }
    if (grades.isEmpty()) {
      throw lines.empty("judgements");
    }
    return new Judgements(grades);
  }

  private static void add(
      EvaluationFile lines, int index, Map<String, Map<String, Integer>> grades) {
    String[] columns = lines.lines().get(index).strip().split("\\s+", -1);
    if (columns.length < 3 || columns.length > 4) {
      throw lines.fault(
          index,
          "a judgement is a topic, 0, a document and a grade, but there are "
              + columns.length
              + " columns");
    }
    String topic = columns[0];
    String document = columns[columns.length - 2];
    String grade = columns[columns.length - 1];
    try {
      if (grades
              .computeIfAbsent(topic, unknown -> new LinkedHashMap<>())
              .putIfAbsent(document, Integer.valueOf(grade))
          != null) {
        throw lines.fault(
            index, "document " + document + " is judged twice for topic " + topic + ": keep one");
      }
    } catch (NumberFormatException e) {
      throw lines.fault(index, "the grade must be an integer, but is " + grade);
    }
  }

  /**
   * Returns the grades of a topic.
   *
   * @param topicId the id of the topic
   * @return the grades of documents by their names; empty if the topic was not judged
   */
  public Map<String, Integer> grades(String topicId) {
    return grades.getOrDefault(topicId, Map.of());
  }
}
