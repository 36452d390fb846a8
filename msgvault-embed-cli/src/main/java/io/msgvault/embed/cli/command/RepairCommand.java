package io.msgvault.embed.cli.command;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ExitCode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
        .say(
            Console.count(count, "message", "messages")
                + " marked: 'msgvault-embed embeddings build' embeds what is marked");
    return ExitCode.OK;
  }

  private int repair(Backend backend, EmbedJob job) {
    Set<Long> wanted = new TreeSet<>(ids);
    Set<Long> unknown = new TreeSet<>(wanted);
    backend.headers(wanted).forEach(header -> unknown.remove(header.id()));
    if (!unknown.isEmpty()) {
      String ids = unknown.stream().map(String::valueOf).collect(Collectors.joining(", "));
      throw new CommandFailure(
          ExitCode.FAILED,
          (unknown.size() == 1 ? "message " + ids + " does" : "messages " + ids + " do")
              + " not exist; nothing was changed");
    }
    job.repair(wanted);
    return wanted.size();
  }
}
