package io.msgvault.embed.search.evaluation;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the lines of a file, and says which of them is wrong. */
record EvaluationFile(Path path, List<String> lines) {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  static EvaluationFile read(Path path) {
    try {
      List<String> lines = Files.readAllLines(path);
      if (!lines.isEmpty() && lines.get(0).startsWith(BYTE_ORDER_MARK)) {
        lines.set(0, lines.get(0).substring(BYTE_ORDER_MARK.length()));
      }
      return new EvaluationFile(path, lines);
    } catch (CharacterCodingException e) {
      throw new EvaluationFileException(path, "it is not UTF-8: convert it", e);
    } catch (IOException e) {
      throw new EvaluationFileException(path, "it cannot be read: check its name and rights", e);
    }
  }

  /**
   * @param index the number of the line, from 0
   */
  EvaluationFileException fault(int index, String problem) {
    return new EvaluationFileException(path, index + 1, problem);
  }

  EvaluationFileException empty(String what) {
    return new EvaluationFileException(path, "it has no " + what, null);
  }
}
