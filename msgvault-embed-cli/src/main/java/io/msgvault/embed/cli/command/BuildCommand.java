package io.msgvault.embed.cli.command;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.cli.MsgvaultEmbed;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Embeds what needs it. */
@Command(
    name = "build",
    description =
        "Embeds what is not embedded yet. The first run makes the index; a later one fills it up.")
public final class BuildCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @ArgGroup private Mode mode = new Mode();

  private static final class Mode {
    @Option(
        names = "--full-rebuild",
        description =
            "Make a new index while the present one serves, and replace it when it is complete.")
    private boolean rebuild;

    @Option(
        names = "--backstop",
        description = "Audit the archive and its vectors against each other as well.")
    private boolean backstop;
  }

  public BuildCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (mode.rebuild) {
      return JobRunner.run(root, EmbedJob::rebuild);
    }
    return JobRunner.run(root, mode.backstop ? EmbedJob::runBackstop : EmbedJob::runOnce);
  }
}
