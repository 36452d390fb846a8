package io.msgvault.embed.cli.output;

import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.search.SearchSyntaxException;
import io.msgvault.embed.search.SearchUnavailableException;
import io.msgvault.embed.search.evaluation.EvaluationFileException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Prints an error with its remedy. */
public final class ErrorHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Console console;
  private final BooleanSupplier verbose;

  /**
   * Creates a handler.
   *
   * @param verbose whether to print stack traces too; it is asked when an error occurs
   */
  public ErrorHandler(Console console, BooleanSupplier verbose) {
    this.console = console;
    this.verbose = verbose;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    return report(e, ExitCode.USAGE, UsageAdvice.of(e));
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    if (e instanceof CommandFailure failure) {
      return report(e, failure.exitCode(), failure.getMessage());
    }
    if (e instanceof SearchSyntaxException syntax) {
      int exitCode = report(e, ExitCode.USAGE, syntax.getMessage());
      console.note(syntax.caret());
      return exitCode;
    }
    if (e instanceof EvaluationFileException) {
      return report(e, ExitCode.USAGE, e.getMessage());
    }
    if (e instanceof EmbedException known) {
      boolean notReady = e instanceof SearchUnavailableException;
      return report(e, notReady ? ExitCode.NOT_READY : ExitCode.FAILED, message(known));
    }
    return report(e, ExitCode.FAILED, e + " (run with --verbose to see where the error occurred)");
  }

  /** Returns the message of an error, with a remedy in terms of this command. */
  public static String message(EmbedException e) {
    if (e instanceof SearchUnavailableException unavailable) {
      return remedy(unavailable);
    }
    return e instanceof UnknownGenerationException unknown
        ? "there is no generation "
            + unknown.generation()
            + ": 'msgvault-embed embeddings' lists them"
        : String.valueOf(e.getMessage());
  }

  private static String remedy(SearchUnavailableException e) {
    return switch (e.reason()) {
      case NO_INDEX -> "there is no index yet: run 'msgvault-embed embeddings build'";
      case FIRST_INDEX_BUILDING ->
          "the first index is not complete yet: run 'msgvault-embed embeddings resume'";
      case STALE_INDEX ->
          e.getMessage()
              + " ('msgvault-embed embeddings build --rebuild' does that while the old index stays"
              + " searchable)";
      case ARCHIVE_MISMATCH ->
          "the vectors belong to another archive: move their file away, then run 'msgvault-embed"
              + " embeddings build'";
      case NO_KEYWORDS -> "there are no words yet: run 'msgvault-embed embeddings build'";
      case RERANKER_FAILED, RERANKER_LATE -> e.getMessage();
    };
  }

  private int report(Exception e, int exitCode, @Nullable String message) {
    console.out().flush();
    console.note("msgvault-embed: " + Console.toOneLine(String.valueOf(message)));
    if (verbose.getAsBoolean()) {
      e.printStackTrace(console.err());
    }
    console.err().flush();
    return exitCode;
  }
}
