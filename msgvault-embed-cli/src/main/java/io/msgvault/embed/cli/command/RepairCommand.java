package io.msgvault.embed.cli.command;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Has messages embedded again. */
@Command(name = "repair", description = "Has the next build embed these messages again.")
public final class RepairCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @Parameters(arity = "1..*", paramLabel = "ID", description = "Ids of messages.")
  private List<Long> ids = List.of();

  public RepairCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    int count = JobRunner.withJob(root, this::repair);
    root.console()
        .out()
        .println(count + " messages will be embedded again by 'msgvault-embed embeddings build'");
    return ExitCode.OK;
  }

  private int repair(Backend backend, EmbedJob job) {
    Set<Long> unknown = new TreeSet<>(ids);
    int asked = unknown.size();
    backend.envelopes(ids).forEach(live -> unknown.remove(live.id()));
    if (!unknown.isEmpty()) {
      throw new CommandFailure(
          ExitCode.FAILED, "there is no message " + unknown + "; nothing was changed");
    }
    job.repair(ids);
    return asked;
  }
}
