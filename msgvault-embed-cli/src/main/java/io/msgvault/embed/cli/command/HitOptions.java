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
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options for the number of hits and their form. */
final class HitOptions {
  @Option(
      names = {"-k", "--limit"},
      paramLabel = "N",
      defaultValue = "10",
      description = "The number of hits, 1 to " + SearchRequest.MAX_LIMIT + ". Default: 10")
  private int limit = 10;

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
   */
  void print(
      CliContext context, Backend backend, SearchResult result, int offset, double weakBelow) {
    Map<Long, MessageHeader> headers =
        backend.headers(result.hits().stream().map(SearchHit::messageId).toList()).stream()
            .collect(Collectors.toMap(MessageHeader::id, Function.identity()));
    if (json) {
      HitsJson.write(result, offset, weakBelow, headers, context.console().out());
    } else {
      new HitsTable(context.console(), context.zone(), weakBelow).write(result, offset, headers);
    }
    printUnavailable(context, "vector", result.vector());
    printUnavailable(context, "keyword", result.keyword());
    long missing = result.index().map(index -> index.coverage().missing()).orElse(0L);
    if (missing > 0) {
      context
          .console()
          .note(
              "note: "
                  + Console.count(missing, "message is", "messages are")
                  + " not in the index yet: run 'msgvault-embed embeddings build'");
    }
  }

  private static void printUnavailable(CliContext context, String signal, SignalState state) {
    if (state instanceof SignalState.Unavailable unavailable) {
      context
          .console()
          .note(
              "note: "
                  + signal
                  + " search unavailable: "
                  + Console.toOneLine(ErrorHandler.message(unavailable.cause())));
    }
  }
}
