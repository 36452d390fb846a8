package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Gives rejected messages another chance. */
@Command(
    name = "retry-rejected",
    description = "Has the next build try again what the embedder has rejected.")
public final class RetryRejectedCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  public RetryRejectedCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    long count = JobRunner.withJob(root, (backend, job) -> job.retryRejected());
    root.console()
        .out()
        .println(count + " rejected messages will be tried by 'msgvault-embed embeddings build'");
    return ExitCode.OK;
  }
}
