package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Continues a run that was interrupted. It is a build that never makes the first index. */
@Command(
    name = "resume",
    description = "Continues a run that was interrupted. It makes no new index.")
public final class ResumeCommand implements Callable<Integer> {
  private final CliContext context;

  @Mixin private CostOptions cost = new CostOptions();

  /** Creates the command. */
  public ResumeCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    requireIndex();
    return JobRunner.runOnce(context, cost);
  }

  private void requireIndex() {
    try (Backend backend = context.openBackendReadOnly()) {
      if (backend.vectors().building().isEmpty() && backend.vectors().active().isEmpty()) {
        throw new CommandFailure(
            ExitCode.NOT_READY,
            "there is nothing to resume: build an index with 'msgvault-embed embeddings build'");
      }
    }
  }
}
