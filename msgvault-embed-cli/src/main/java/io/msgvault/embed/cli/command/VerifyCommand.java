package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.model.BackstopFindings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Compares the archive with its vectors. */
@Command(
    name = "verify",
    description = {
      "Compares the archive with its vectors and changes nothing.",
      "Exit code 1 if they are apart in a way that 'embeddings build --backstop' heals."
    })
public final class VerifyCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  public VerifyCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    BackstopFindings findings = JobRunner.withJob(root, (backend, job) -> job.verify());
    root.console()
        .out()
        .printf(
            "lost %d, stale %d, unsettled %d, orphans %d, unknown %d, unreclaimed %d%n",
            findings.lost(),
            findings.stale(),
            findings.pending(),
            findings.orphans(),
            findings.orphanStamps(),
            findings.retiredVectors());
    // What is unsettled, or stamped for an unknown generation, only waits for the next run.
    long apart =
        findings.lost() + findings.stale() + findings.orphans() + findings.retiredVectors();
    if (apart == 0) {
      return ExitCode.OK;
    }
    throw new CommandFailure(
        ExitCode.FAILED,
        "the archive and its vectors are apart: heal them with 'msgvault-embed embeddings build"
            + " --backstop'");
  }
}
