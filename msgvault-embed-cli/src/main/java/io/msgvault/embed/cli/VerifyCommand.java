package io.msgvault.embed.cli;

import io.msgvault.embed.AuditFindings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Compares the archive with its vectors. */
@Command(
    name = "verify",
    description = {
      "Compares the archive with its vectors and changes nothing.",
      "Exit code 1 if they are apart in a way that 'embeddings build --backstop' heals."
    })
final class VerifyCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  VerifyCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    AuditFindings findings = Jobs.withJob(root, (backend, job) -> job.verify());
    root.console()
        .out()
        .printf(
            "lost %d, stale %d, unsettled %d, orphans %d, unknown %d, unreclaimed %d%n",
            findings.lost(),
            findings.stale(),
            findings.unsettled(),
            findings.orphans(),
            findings.unknown(),
            findings.unreclaimed());
    // What is unsettled, or stamped for an unknown generation, only waits for the next run.
    long apart = findings.lost() + findings.stale() + findings.orphans() + findings.unreclaimed();
    if (apart == 0) {
      return ExitCode.OK;
    }
    throw new CommandFailure(
        ExitCode.FAILED,
        "the archive and its vectors are apart: heal them with 'msgvault-embed embeddings build"
            + " --backstop'");
  }
}
