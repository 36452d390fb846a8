package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a generation up. */
@Command(
    name = "retire",
    description =
        "Gives a generation up: it is neither filled nor searched, and its room is freed.")
public final class RetireCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @Parameters(paramLabel = "GENERATION", description = "Its number.")
  private long generation;

  @Option(
      names = "--force",
      description = "Also the one that serves searches. There is nothing to search then.")
  private boolean force;

  public RetireCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (Backend backend = Backend.open(root.db())) {
      if (force) {
        backend.vectors().forceRetire(generation);
      } else {
        backend.vectors().retire(generation);
      }
      backend.vectors().dropRetired();
      root.console().out().println("generation " + generation + " is retired");
      return ExitCode.OK;
    }
  }
}
