package io.msgvault.embed.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Embeds the messages that need it. */
@Command(
    name = "build",
    description =
        "Embeds the messages that need it. The first run makes the index; later runs add to it.")
public final class BuildCommand implements Callable<Integer> {
  private final CliContext context;

  @ArgGroup private Mode mode = new Mode();

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
    if (mode.rebuild) {
      return JobRunner.rebuild(context);
    }
    return mode.backstop.chosen
        ? JobRunner.runBackstop(context, mode.backstop.allTexts)
        : JobRunner.runOnce(context);
  }
}
