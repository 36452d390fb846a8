package io.msgvault.embed.cli;

import io.msgvault.embed.Embedder;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Finds messages by what they mean. */
@Command(name = "search", description = "Finds the messages that come closest in meaning.")
final class SearchCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @Parameters(arity = "1..*", paramLabel = "QUERY", description = "What to look for, in any words.")
  private List<String> words = List.of();

  @Mixin private HitOptions hits = new HitOptions();
  @Mixin private FilterOptions filter = new FilterOptions();

  SearchCommand(MsgvaultEmbed root) {
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
                  new SearchRequest(query, filter.filter(root.clock().getZone()), hits.limit()));
      hits.print(root, backend, result);
      return ExitCode.OK;
    }
  }
}
