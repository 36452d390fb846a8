package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.model.GenerationStateException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Retires a generation. */
@Command(
    name = "retire",
    description =
        "Retires a generation: it is no longer filled or searched. Frees the space of all retired"
            + " generations.")
public final class RetireCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(paramLabel = "GENERATION", description = "Its number.")
  private long generation;

  @Option(
      names = "--force",
      description = "Retire it even if it is the active one; search is then unavailable.")
  private boolean force;

  /** Creates the command. */
  public RetireCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Backend backend = context.openBackend()) {
      if (force) {
        backend.vectors().forceRetire(generation);
      } else {
        retire(backend);
      }
      backend.vectors().dropRetired();
      context.console().out().println("generation " + generation + " is retired");
      return ExitCode.OK;
    }
  }

  private void retire(Backend backend) {
    try {
      backend.vectors().retire(generation);
    } catch (GenerationStateException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "generation "
              + generation
              + " serves searches: activate its successor first, or add --force",
          e);
    }
  }
}
