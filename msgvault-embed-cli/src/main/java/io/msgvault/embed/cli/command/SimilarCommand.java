package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Finds messages like one that is known. */
@Command(
    name = "similar",
    description = "Finds the messages that come closest in meaning to a message.")
public final class SimilarCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @Parameters(paramLabel = "ID", description = "The id of the message.")
  private long id;

  @Mixin private HitOptions hits = new HitOptions();
  @Mixin private FilterOptions filter = new FilterOptions();

  public SimilarCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (Backend backend = Backend.openReadOnly(root.db());
        Embedder embedder = root.openEmbedder()) {
      if (backend.envelopes(List.of(id)).isEmpty()) {
        throw new CommandFailure(ExitCode.FAILED, "there is no message " + id);
      }
      SearchResult result =
          Searcher.builder(backend.messages(), backend.vectors(), embedder)
              .build()
              .similarTo(id, filter.filter(root.clock().getZone()), hits.limit());
      hits.print(root, backend, result, 0);
      return ExitCode.OK;
    }
  }
}
