package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.OpenedWords;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.model.BackstopFindings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares the archive with its index. */
@Command(
    name = "verify",
    description = {
      "Compares the archive with its index, and changes nothing.",
      "Exits with code 1 if 'embeddings build --backstop' has something to repair."
    })
public final class VerifyCommand implements Callable<Integer> {
  private final CliContext context;

  @Option(
      names = "--all-texts",
      description = "Compare every text with its vectors, not only a random sample.")
  private boolean allTexts;

  /** Creates the command. */
  public VerifyCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<String> notes = new ArrayList<>();
    BackstopFindings findings =
        JobRunner.withJob(
            context,
            backend -> {
              OpenedWords words = backend.readWords();
              words.note().ifPresent(notes::add);
              return words;
            },
            job -> allTexts ? job.compareAllTexts() : job,
            (backend, job) -> job.verify());
    context
        .console()
        .say(
            ("lost %d, stale %d, changed %d, pending %d, orphans %d, orphan stamps %d,"
                    + " retired vectors %d, miscounted %d, missing words %d, stale words %d,"
                    + " orphan words %d")
                .formatted(
                    findings.lost(),
                    findings.stale(),
                    findings.changed(),
                    findings.pending(),
                    findings.orphans(),
                    findings.orphanStamps(),
                    findings.retiredVectors(),
                    findings.miscounted(),
                    findings.words().missing(),
                    findings.words().stale(),
                    findings.words().orphans()));
    // Pending messages and orphan stamps need no repair: the next run embeds those messages.
    long differences =
        findings.lost()
            + findings.stale()
            + findings.changed()
            + findings.orphans()
            + findings.retiredVectors()
            + findings.miscounted()
            + findings.words().missing()
            + findings.words().stale()
            + findings.words().orphans();
    if (differences == 0 && notes.isEmpty()) {
      return ExitCode.OK;
    }
    throw new CommandFailure(
        ExitCode.FAILED,
        "archive and index are out of sync: repair the index with 'msgvault-embed embeddings build"
            + " --backstop'");
  }
}
