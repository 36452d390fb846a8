package io.msgvault.embed.cli.command;

import io.msgvault.embed.Estimate;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.EstimateReport;
import io.msgvault.embed.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Embeds the messages that need it. */
@Command(
    name = "build",
    description =
        "Embeds the messages that need it. The first run makes the index; later runs add to it.")
public final class BuildCommand implements Callable<Integer> {
  private final CliContext context;

  @ArgGroup private Mode mode = new Mode();

  @Mixin private CostOptions cost = new CostOptions();

  @Option(
      names = "--dry-run",
      description =
          "Say how many messages, requests and tokens the build would take, and change nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Write JSON, with --dry-run.")
  private boolean json;

  private static final class Mode {
    @Option(
        names = "--rebuild",
        description =
            "Build a new index beside the active one, which it replaces when it is complete.")
    private boolean rebuild;

    @ArgGroup(exclusive = false)
    private Backstop backstop = new Backstop();
  }

  private static final class Backstop {
    @Option(
        names = "--backstop",
        required = true,
        description = "Also compare the archive with its vectors, and repair them.")
    private boolean chosen;

    @Option(
        names = "--all-texts",
        description = "Compare every text with its vectors, not only a random sample.")
    private boolean allTexts;
  }

  /** Creates the command. */
  public BuildCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (dryRun) {
      return estimate();
    }
    if (json) {
      throw new CommandFailure(ExitCode.USAGE, "--json needs --dry-run: add it, or leave out both");
    }
    if (mode.rebuild) {
      return JobRunner.rebuild(context, cost);
    }
    return mode.backstop.chosen
        ? JobRunner.runBackstop(context, cost, mode.backstop.allTexts)
        : JobRunner.runOnce(context, cost);
  }

  private int estimate() {
    Estimate estimate = JobRunner.estimate(context, mode.rebuild);
    if (json) {
      EstimateReport.writeJson(estimate, context.console());
    } else {
      EstimateReport.write(estimate, context.console());
    }
    return ExitCode.OK;
  }
}
