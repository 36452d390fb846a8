package io.msgvault.embed.cli.command;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Goes on with a run that was interrupted. */
@Command(
    name = "resume",
    description = "Goes on where a run was interrupted. It makes no new index.")
public final class ResumeCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  public ResumeCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (Backend backend = Backend.openReadOnly(root.db())) {
      if (backend.vectors().building().isEmpty() && backend.vectors().active().isEmpty()) {
        throw new CommandFailure(
            ExitCode.NOT_READY,
            "there is nothing to resume: make an index with 'msgvault-embed embeddings build'");
      }
    }
    return JobRunner.run(root, EmbedJob::runOnce);
  }
}
