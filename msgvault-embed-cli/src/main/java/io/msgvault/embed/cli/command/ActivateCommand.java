package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IncompleteCoverageException;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.VectorStore;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a generation active. */
@Command(
    name = "activate",
    description =
        "Makes a generation active, so that searches use it, and retires the one that was. A build"
            + " does this itself when it is complete.")
public final class ActivateCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "GENERATION",
      description = "Its number. Default: the one that is being built")
  private Optional<Long> generation = Optional.empty();

  @Option(names = "--force", description = "Even if messages are missing, or it is empty.")
  private boolean force;

  /** Creates the command. */
  public ActivateCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Backend backend = context.openBackend()) {
      VectorStore vectors = backend.vectors();
      long id = generation.orElseGet(() -> building(vectors));
      vectors.activate(
          id, force ? CoverageCheck.NONE : CoverageCheck.complete(backend.messages(), vectors));
      context.console().out().println("generation " + id + " is active");
      return ExitCode.OK;
    } catch (IncompleteCoverageException e) {
      throw new CommandFailure(ExitCode.FAILED, refusal(e), e);
    }
  }

  private static String refusal(IncompleteCoverageException e) {
    Coverage coverage = e.coverage();
    return "generation "
        + e.generation()
        + " was not activated: "
        + (coverage.live() == 0
            ? "there is no message; import mail first"
            : "%d of %d messages are missing; run 'msgvault-embed embeddings build' first"
                .formatted(coverage.missing(), coverage.live()))
        + ", or add --force";
  }

  private static long building(VectorStore vectors) {
    return vectors
        .building()
        .map(Generation::id)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.NOT_READY,
                    "no generation is being built: start one with 'msgvault-embed embeddings build"
                        + " --rebuild'"));
  }
}
