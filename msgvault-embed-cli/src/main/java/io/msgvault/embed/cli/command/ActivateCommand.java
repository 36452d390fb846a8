package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.CoverageCheck;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a generation the one that is searched. */
@Command(
    name = "activate",
    description =
        "Makes the generation that is being built serve searches, and retires the one that did. A"
            + " build does so by itself when it is complete.")
public final class ActivateCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @Parameters(
      arity = "0..1",
      paramLabel = "GENERATION",
      description = "Its number. Default: the one that is being built")
  private Optional<Long> generation = Optional.empty();

  @Option(names = "--force", description = "Also if messages are missing, or it is empty.")
  private boolean force;

  public ActivateCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (Backend backend = Backend.open(root.db())) {
      long id =
          generation.orElseGet(
              () ->
                  backend
                      .vectors()
                      .building()
                      .map(Generation::id)
                      .orElseThrow(
                          () ->
                              new CommandFailure(
                                  ExitCode.NOT_READY,
                                  "no generation is being built: begin with 'msgvault-embed"
                                      + " embeddings build --full-rebuild'")));
      backend
          .vectors()
          .activate(
              id,
              force
                  ? CoverageCheck.NONE
                  : CoverageCheck.complete(backend.messages(), backend.vectors()));
      root.console().out().println("generation " + id + " now serves searches");
      return ExitCode.OK;
    }
  }
}
