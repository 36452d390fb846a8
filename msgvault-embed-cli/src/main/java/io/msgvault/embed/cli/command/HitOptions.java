package io.msgvault.embed.cli.command;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ErrorHandler;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.output.HitsJson;
import io.msgvault.embed.cli.output.HitsTable;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.SignalState;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options for the number of hits and their form. */
final class HitOptions {
  private static final String BUILD = "run 'msgvault-embed embeddings build'";

  @Option(
      names = {"-k", "--limit"},
      paramLabel = "N",
      defaultValue = "10",
      description = "The number of hits, 1 to " + SearchRequest.MAX_LIMIT + ". Default: 10")
  private int limit = 10;

  @Option(names = "--timings", description = "Say how long each stage of the search took.")
  private boolean timings;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  int limit() {
    if (limit < 1 || limit > SearchRequest.MAX_LIMIT) {
      throw new CommandFailure(
          ExitCode.USAGE, "--limit must be 1 to " + SearchRequest.MAX_LIMIT + ", not " + limit);
    }
    return limit;
  }

  /**
   * Prints hits.
   *
   * @param offset how many better hits were skipped
   * @param weakBelow the score below which a hit is said to be weak
   * @param wordsProblem why the words can't be used; empty if they can, or are not needed
   */
  void print(
      CliContext context,
      Backend backend,
      SearchResult result,
      int offset,
      double weakBelow,
      Optional<String> wordsProblem) {
    Map<Long, MessageHeader> headers =
        backend.headers(result.hits().stream().map(SearchHit::messageId).toList()).stream()
            .collect(Collectors.toMap(MessageHeader::id, Function.identity()));
    Console console = context.console();
    if (json) {
      HitsJson.write(result, offset, weakBelow, timings, headers, console.out());
    } else {
      HitsTable table = new HitsTable(console, context.zone(), weakBelow);
      table.write(result, offset, headers);
      if (timings) {
        table.writeTimes(result);
      }
    }
    printState(console, "vector search", result.vector(), Optional.empty());
    printState(console, "keyword search", result.keyword(), wordsProblem);
    printState(console, "reranker", result.reranker(), Optional.empty());
    long missing = result.index().map(index -> index.coverage().missing()).orElse(0L);
    if (missing > 0) {
      console.note(
          "note: "
              + Console.count(missing, "message is", "messages are")
              + " not in the index yet: "
              + BUILD);
    }
    if (result.words().filter(words -> !words.complete()).isPresent()) {
      console.note("note: the words are not complete, so some messages are not found: " + BUILD);
    }
  }

  private static void printState(
      Console console, String name, SignalState state, Optional<String> problem) {
    if (state instanceof SignalState.Unavailable unavailable) {
      String reason = problem.orElseGet(() -> ErrorHandler.message(unavailable.cause()));
      console.note("note: " + name + " unavailable: " + Console.toOneLine(reason));
    }
  }
}
