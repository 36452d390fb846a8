package io.msgvault.embed.cli;

import io.msgvault.embed.EmbedJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Goes on with a run that was interrupted. */
@Command(
    name = "resume",
    description = "Goes on where a run was interrupted. It makes no new index.")
final class ResumeCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  ResumeCommand(MsgvaultEmbed root) {
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
    return Jobs.run(root, EmbedJob::runOnce);
  }
}
