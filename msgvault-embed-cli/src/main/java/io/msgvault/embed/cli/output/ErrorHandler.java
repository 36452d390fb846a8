package io.msgvault.embed.cli.output;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.search.SearchUnavailableException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Tells what went wrong in one line, and what to do. */
public final class ErrorHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final MsgvaultEmbed root;

  public ErrorHandler(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    return report(e, ExitCode.USAGE, e.getMessage() + "; see '" + command + " --help'");
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    if (e instanceof CommandFailure failure) {
      return report(e, failure.exitCode(), failure.getMessage());
    }
    if (e instanceof EmbedException known) {
      boolean notReady = e instanceof SearchUnavailableException;
      return report(e, notReady ? ExitCode.NOT_READY : ExitCode.FAILED, message(known));
    }
    return report(e, ExitCode.FAILED, e + " (run it with --verbose to see where this comes from)");
  }

  /** What is wrong, and what to do with this command. */
  public static String message(EmbedException e) {
    return e instanceof SearchUnavailableException unavailable
        ? remedy(unavailable)
        : String.valueOf(e.getMessage());
  }

  private static String remedy(SearchUnavailableException e) {
    return switch (e.reason()) {
      case NO_INDEX -> "there is no index yet: run 'msgvault-embed embeddings build'";
      case FIRST_INDEX_BUILDING ->
          "the first index is not complete yet: run 'msgvault-embed embeddings resume'";
      case STALE_INDEX ->
          e.getMessage()
              + " ('msgvault-embed embeddings build --full-rebuild' does that while the old one serves)";
      case ARCHIVE_MISMATCH ->
          "the vectors beside this archive belong to another one: move that file away, then run"
              + " 'msgvault-embed embeddings build'";
      case NO_KEYWORDS -> "this archive is not searched by words: use '--mode vector'";
    };
  }

  private int report(Exception e, int exitCode, @Nullable String message) {
    Console console = root.console();
    console.out().flush();
    console.err().println("msgvault-embed: " + Console.toOneLine(String.valueOf(message)));
    if (root.verbose()) {
      e.printStackTrace(console.err());
    }
    console.err().flush();
    return exitCode;
  }
}
