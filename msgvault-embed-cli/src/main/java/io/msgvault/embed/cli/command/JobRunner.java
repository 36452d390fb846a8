package io.msgvault.embed.cli.command;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Blocked;
import io.msgvault.embed.RunOutcome.Busy;
import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.RunOutcome.Completed;
import io.msgvault.embed.RunOutcome.Failed;
import io.msgvault.embed.RunOutcome.Idle;
import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.output.JobDisplay;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Wires the job for a command, and says how a run ended. */
final class JobRunner {
  private static final String RESUME_HINT = "go on with 'msgvault-embed embeddings resume'";
  private static final String REBUILD_COMMAND = "'msgvault-embed embeddings build --full-rebuild'";

  private JobRunner() {}

  /** Does something with a job over an archive that is there. */
  static <T> T withJob(MsgvaultEmbed root, BiFunction<Backend, EmbedJob, T> work) {
    try (Backend backend = Backend.open(root.db());
        Embedder embedder = root.openEmbedder();
        JobDisplay display = new JobDisplay(root)) {
      // Two more than there are requests at once, for the writes.
      ExecutorService requests = Executors.newFixedThreadPool(embedder.concurrency() + 2);
      try (EmbedJob job =
          EmbedJob.builder(backend.messages(), backend.vectors(), embedder)
              .clock(root.clock())
              .executor(requests)
              .listener(display)
              .build()) {
        root.shutdownHook().onStop(job::close);
        return work.apply(backend, job);
      } finally {
        requests.shutdownNow();
      }
    }
  }

  /** Runs a job and returns the exit code. */
  static int run(MsgvaultEmbed root, Function<EmbedJob, RunOutcome> run) {
    return report(root, withJob(root, (backend, job) -> run.apply(job)));
  }

  private static int report(MsgvaultEmbed root, RunOutcome outcome) {
    if (outcome instanceof Completed completed) {
      root.console().out().println(completedText(completed));
      if (completed.counts().failed() > 0) {
        throw new CommandFailure(
            ExitCode.FAILED,
            completed.counts().failed() + " messages failed and still need work; " + RESUME_HINT);
      }
      return ExitCode.OK;
    }
    if (outcome instanceof Idle idle) {
      root.console().out().println("generation " + idle.generation() + " is up to date");
      return ExitCode.OK;
    }
    if (outcome instanceof Busy busy) {
      throw new CommandFailure(
          ExitCode.BUSY,
          "another process is filling generation " + busy.generation() + "; wait for its end");
    }
    if (outcome instanceof Blocked blocked) {
      throw new CommandFailure(ExitCode.NOT_READY, remedy(blocked));
    }
    if (outcome instanceof Cancelled cancelled) {
      throw new CommandFailure(
          cancelled.reason() == Cancelled.StopReason.CLOSED
              ? ExitCode.INTERRUPTED
              : ExitCode.FAILED,
          cancelledText(cancelled));
    }
    Failed failed = (Failed) outcome;
    CommandFailure failure =
        new CommandFailure(
            ExitCode.FAILED,
            "the run failed after "
                + countsText(failed.counts())
                + ": "
                + failed.cause().getMessage()
                + "; when that is mended, "
                + RESUME_HINT);
    failure.initCause(failed.cause());
    throw failure;
  }

  private static String completedText(Completed completed) {
    RunCounts counts = completed.counts();
    StringBuilder line = new StringBuilder("generation " + completed.generation() + ": ");
    line.append(countsText(counts));
    if (counts.missed() > 0) {
      line.append(", ")
          .append(counts.missed())
          .append(" changed meanwhile and left for another look");
    }
    if (completed.kind() == RunKind.BACKSTOP) {
      line.append("; audit: ")
          .append(counts.unstamped())
          .append(" stamps taken back, ")
          .append(counts.orphans())
          .append(" orphans deleted");
    }
    return line.append(completed.activated() ? "; it now serves searches" : "").toString();
  }

  private static String countsText(RunCounts counts) {
    return counts.embedded()
        + " embedded"
        + (counts.reused() > 0 ? " (" + counts.reused() + " kept their vectors)" : "")
        + ", "
        + counts.blank()
        + " blank, "
        + counts.rejected()
        + " rejected";
  }

  private static String cancelledText(Cancelled cancelled) {
    String done = countsText(cancelled.counts());
    return switch (cancelled.reason()) {
      case CLOSED, INTERRUPTED, DEADLINE -> "interrupted after " + done + "; " + RESUME_HINT;
      case RETIRED ->
          "generation " + cancelled.generation().orElseThrow() + " was retired after " + done;
      case LEASE_LOST ->
          "the lease of generation "
              + cancelled.generation().orElseThrow()
              + " was lost after "
              + done
              + ", as when the database ends a connection or another process takes over; "
              + RESUME_HINT;
    };
  }

  private static String remedy(Blocked blocked) {
    return switch (blocked.obstacle()) {
      case FINGERPRINT_MISMATCH ->
          "the index was made with another model or text policy: name that model with --model, or make"
              + " a new index while this one serves: "
              + REBUILD_COMMAND;
      case SCOPE_CHANGED ->
          "the index covers other messages than this command does: make a new one while it serves by "
              + REBUILD_COMMAND;
      case BUILD_IN_PROGRESS ->
          "a generation with another model or text policy is being built: name that model with --model,"
              + " or give that generation up with 'msgvault-embed embeddings retire GENERATION'";
      case NO_INDEX -> "every generation is retired: make a new one with " + REBUILD_COMMAND;
      case ARCHIVE_MISMATCH ->
          "the vectors beside this archive belong to another one: move that file away, then build";
    };
  }
}
