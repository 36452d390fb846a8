package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Marks rejected messages for another try by the next build. */
@Command(
    name = "retry-rejected",
    description = "Marks rejected messages for another try by the next build.")
public final class RetryRejectedCommand implements Callable<Integer> {
  private final CliContext context;

  /** Creates the command. */
  public RetryRejectedCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    long count = JobRunner.withJob(context, (backend, job) -> job.retryRejected());
    context
        .console()
        .say(
            Console.count(count, "rejected message", "rejected messages")
                + " marked: 'msgvault-embed embeddings build' tries what is marked");
    return ExitCode.OK;
  }
}
