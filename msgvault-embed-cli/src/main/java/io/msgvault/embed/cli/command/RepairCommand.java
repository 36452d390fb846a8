package io.msgvault.embed.cli.command;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Marks messages for embedding by the next build. */
@Command(name = "repair", description = "Marks messages for embedding by the next build.")
public final class RepairCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(arity = "1..*", paramLabel = "ID", description = "The ids of the messages.")
  private List<Long> ids = List.of();

  /** Creates the command. */
  public RepairCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    int count = JobRunner.withJob(context, this::repair);
    context
        .console()
        .out()
        .println(count + " messages marked; 'msgvault-embed embeddings build' embeds them again");
    return ExitCode.OK;
  }

  private int repair(Backend backend, EmbedJob job) {
    Set<Long> wanted = new TreeSet<>(ids);
    Set<Long> unknown = new TreeSet<>(wanted);
    backend.headers(wanted).forEach(header -> unknown.remove(header.id()));
    if (!unknown.isEmpty()) {
      throw new CommandFailure(
          ExitCode.FAILED, "these messages do not exist: " + unknown + "; nothing was changed");
    }
    job.repair(wanted);
    return wanted.size();
  }
}
