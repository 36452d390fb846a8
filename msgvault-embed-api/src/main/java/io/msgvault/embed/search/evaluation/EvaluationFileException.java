package io.msgvault.embed.search.evaluation;

import io.msgvault.embed.model.EmbedException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reports that a file of topics or judgements cannot be read, and the line at fault. */
public final class EvaluationFileException extends EmbedException {
  private final transient Path file;
  private final int line;

  EvaluationFileException(Path file, int line, String problem) {
    super(file + ":" + line + ": " + problem);
    this.file = file;
    this.line = line;
  }

  EvaluationFileException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
    this.file = file;
    this.line = 0;
  }

  /** Returns the file. */
  public Path file() {
    return file;
  }

  /** Returns the number of the line, from 1; 0 if the fault is not in one line. */
  public int line() {
    return line;
  }
}
