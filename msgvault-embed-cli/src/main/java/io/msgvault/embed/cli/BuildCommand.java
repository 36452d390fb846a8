package io.msgvault.embed.cli;

import io.msgvault.embed.EmbedJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Embeds what needs it. */
@Command(
    name = "build",
    description =
        "Embeds what is not embedded yet. The first run makes the index; a later one fills it up.")
final class BuildCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @ArgGroup private Kind kind = new Kind();

  private static final class Kind {
    @Option(
        names = "--full-rebuild",
        description =
            "Make a new index while the present one serves, and replace it when it is complete.")
    private boolean fullRebuild;

    @Option(
        names = "--backstop",
        description = "Audit the archive and its vectors against each other as well.")
    private boolean backstop;
  }

  BuildCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (kind.fullRebuild) {
      return Jobs.run(root, EmbedJob::rebuild);
    }
    return Jobs.run(root, kind.backstop ? EmbedJob::runBackstop : EmbedJob::runOnce);
  }
}
