package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.Envelope;
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

/** How many hits are shown, and in which form. */
final class HitOptions {
  @Option(
      names = {"-k", "--limit"},
      paramLabel = "N",
      defaultValue = "10",
      description = "The most hits, 1 to " + SearchRequest.MAX_LIMIT + ". Default: 10")
  private int limit = 10;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  int limit() {
    if (limit < 1 || limit > SearchRequest.MAX_LIMIT) {
      throw new CommandFailure(
          ExitCode.USAGE, "-k takes 1 to " + SearchRequest.MAX_LIMIT + ", not " + limit);
    }
    return limit;
  }

  void print(MsgvaultEmbed root, Backend backend, SearchResult result, int offset) {
    Map<Long, Envelope> envelopes =
        backend.envelopes(result.hits().stream().map(SearchHit::messageId).toList()).stream()
            .collect(Collectors.toMap(Envelope::id, Function.identity()));
    if (json) {
      HitsJson.write(result, offset, envelopes, root.console().out());
    } else {
      new HitsTable(root.console(), root.clock().getZone()).write(result, offset, envelopes);
    }
    printUnavailable(root, "vectors", result.vector());
    printUnavailable(root, "keywords", result.keyword());
    long missing = result.index().map(index -> index.coverage().missing()).orElse(0L);
    if (missing > 0) {
      root.console()
          .err()
          .println(
              "note: "
                  + missing
                  + " messages are not in the index yet; 'msgvault-embed embeddings build' adds them");
    }
  }

  private static void printUnavailable(MsgvaultEmbed root, String signal, SignalState state) {
    if (state instanceof SignalState.Unavailable unavailable) {
      root.console()
          .err()
          .println(
              "note: "
                  + signal
                  + " had no part in this: "
                  + Console.toOneLine(ErrorHandler.message(unavailable.cause())));
    }
  }
}
