package io.msgvault.embed.search.evaluation;

import java.nio.file.Path;
import java.util.List;

/**
 * Holds a question of an evaluation.
 *
 * @param id the id that judgements name, not blank
 * @param text the question, not blank
 */
public record Topic(String id, String text) {
  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if one is blank
   */
  public Topic {
    if (id.isBlank() || text.isBlank()) {
      throw new IllegalArgumentException("a topic needs an id and a text");
    }
  }

  /**
   * Reads topics from a file in UTF-8, in either of two forms. Skips blank lines.
   *
   * <ul>
   *   <li>Lines {@code id<TAB>text}.
   *   <li>The form of TREC's ad hoc topics: {@code <top>}, {@code <num> Number: 301}, {@code
   *       <title> text}, {@code </top>}. The title is the question. It may go on over several
   *       lines, to the next tag. Other tags are skipped.
   * </ul>
   *
   * @param file the file
   * @return the topics, in the order of the file
   * @throws EvaluationFileException if the file cannot be read, a line has neither form, or an id
   *     comes twice
   */
  public static List<Topic> read(Path file) {
    return TopicReader.read(EvaluationFile.read(file));
  }
}
