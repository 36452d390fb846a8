package io.msgvault.embed.cli;

import io.msgvault.embed.EmbedException;
import io.msgvault.embed.search.SearchUnavailableException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Tells what went wrong in one line, and what to do. */
final class Errors implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final MsgvaultEmbed root;

  Errors(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    return tell(e, ExitCode.USAGE, e.getMessage() + "; see '" + command + " --help'");
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    if (e instanceof CommandFailure failure) {
      return tell(e, failure.exitCode(), failure.getMessage());
    }
    if (e instanceof EmbedException known) {
      boolean notReady = e instanceof SearchUnavailableException;
      return tell(e, notReady ? ExitCode.NOT_READY : ExitCode.FAILED, message(known));
    }
    return tell(e, ExitCode.FAILED, e + " (run it with --verbose to see where this comes from)");
  }

  /** What is wrong, and what to do with this command. */
  static String message(EmbedException e) {
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
      case OTHER_ARCHIVE ->
          "the vectors beside this archive belong to another one: move that file away, then run"
              + " 'msgvault-embed embeddings build'";
      case NO_KEYWORDS -> "this archive is not searched by words: use '--mode vector'";
    };
  }

  private int tell(Exception e, int exitCode, @Nullable String message) {
    Console console = root.console();
    console.out().flush();
    console.err().println("msgvault-embed: " + Console.oneLine(String.valueOf(message)));
    if (root.verbose()) {
      e.printStackTrace(console.err());
    }
    console.err().flush();
    return exitCode;
  }
}
