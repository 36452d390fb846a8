package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Finds messages that are similar to a message. */
@Command(
    name = "similar",
    description = {
      "Finds the messages that come closest in meaning to a message.",
      "A hit is called weak if its score is below 0.3, since it has little in common with the"
          + " message."
    })
public final class SimilarCommand implements Callable<Integer> {
  private static final double WEAK_BELOW = 0.3;

  private final CliContext context;

  @Parameters(paramLabel = "ID", description = "The id of the message.")
  private long id;

  @Mixin private HitOptions hits = new HitOptions();
  @Mixin private FilterOptions filter = new FilterOptions();

  /** Creates the command. */
  public SimilarCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Backend backend = context.openBackendReadOnly();
        Embedder embedder = context.openEmbedder()) {
      if (backend.headers(List.of(id)).isEmpty()) {
        throw new CommandFailure(ExitCode.FAILED, "message " + id + " does not exist");
      }
      SearchResult result =
          Searcher.builder(backend.messages(), backend.vectors(), embedder)
              .build()
              .similarTo(id, filter.filter(MessageFilter.ALL, context.zone()), hits.limit());
      hits.print(context, backend, result, 0, WEAK_BELOW, Optional.empty());
      return ExitCode.OK;
    }
  }
}
