package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds messages by what they mean and by the words they contain. */
@Command(
    name = "search",
    description = {
      "Finds the messages that answer a question best, by what they mean and by their words.",
      "Words may be beginnings (rattl*) and phrases (\"server room\"). Before each hit stands by"
          + " which signal it was found: v2/k1 is the second by vectors, the first by keywords."
    })
public final class SearchCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @Parameters(arity = "1..*", paramLabel = "QUERY", description = "What to look for, in any words.")
  private List<String> words = List.of();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "hybrid",
      description = "By what: vector (the meaning), keyword (the words) or hybrid. Default: hybrid")
  private SearchMode mode = SearchMode.HYBRID;

  @Option(
      names = "--offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leave out the best N hits, for the next page. Default: 0")
  private int offset;

  @Mixin private HitOptions hits = new HitOptions();
  @Mixin private FilterOptions filter = new FilterOptions();

  public SearchCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    String query = String.join(" ", words).strip();
    if (query.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "there is nothing to search for");
    }
    try (Backend backend = Backend.openReadOnly(root.db());
        Embedder embedder = root.openEmbedder()) {
      SearchResult result =
          Searcher.builder(backend.messages(), backend.vectors(), embedder)
              .build()
              .search(
                  new SearchRequest(
                      query, mode, filter.filter(root.clock().getZone()), offset(), hits.limit()));
      hits.print(root, backend, result, offset);
      return ExitCode.OK;
    }
  }

  private int offset() {
    if (offset < 0 || offset > SearchRequest.MAX_OFFSET) {
      throw new CommandFailure(
          ExitCode.USAGE, "--offset takes 0 to " + SearchRequest.MAX_OFFSET + ", not " + offset);
    }
    return offset;
  }
}
