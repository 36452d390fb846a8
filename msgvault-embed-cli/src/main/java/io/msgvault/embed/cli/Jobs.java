package io.msgvault.embed.cli;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Embedder;
import io.msgvault.embed.RunCounts;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Blocked;
import io.msgvault.embed.RunOutcome.Busy;
import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.RunOutcome.Completed;
import io.msgvault.embed.RunOutcome.Failed;
import io.msgvault.embed.RunOutcome.Idle;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Wires the job for a command, and says how a run ended. */
final class Jobs {
  private static final String RESUME = "go on with 'msgvault-embed embeddings resume'";
  private static final String REBUILD = "'msgvault-embed embeddings build --full-rebuild'";

  private Jobs() {}

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
        root.stopping().onStop(job::close);
        return work.apply(backend, job);
      } finally {
        requests.shutdownNow();
      }
    }
  }

  /** Runs a job and returns the exit code. */
  static int run(MsgvaultEmbed root, Function<EmbedJob, RunOutcome> run) {
    return end(root, withJob(root, (backend, job) -> run.apply(job)));
  }

  private static int end(MsgvaultEmbed root, RunOutcome outcome) {
    if (outcome instanceof Completed completed) {
      root.console().out().println(completed(completed));
      if (completed.counts().failed() > 0) {
        throw new CommandFailure(
            ExitCode.FAILED,
            completed.counts().failed() + " messages failed and still need work; " + RESUME);
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
          cancelled(cancelled));
    }
    Failed failed = (Failed) outcome;
    CommandFailure failure =
        new CommandFailure(
            ExitCode.FAILED,
            "the run failed after "
                + done(failed.counts())
                + ": "
                + failed.cause().getMessage()
                + "; when that is mended, "
                + RESUME);
    failure.initCause(failed.cause());
    throw failure;
  }

  private static String completed(Completed completed) {
    RunCounts counts = completed.counts();
    StringBuilder line = new StringBuilder("generation " + completed.generation() + ": ");
    line.append(done(counts));
    if (counts.missed() > 0) {
      line.append(", ")
          .append(counts.missed())
          .append(" changed meanwhile and left for another look");
    }
    if (completed.backstop()) {
      line.append("; audit: ")
          .append(counts.unstamped())
          .append(" stamps taken back, ")
          .append(counts.orphans())
          .append(" orphans deleted");
    }
    return line.append(completed.activated() ? "; it now serves searches" : "").toString();
  }

  private static String done(RunCounts counts) {
    return counts.embedded()
        + " embedded"
        + (counts.reused() > 0 ? " (" + counts.reused() + " kept their vectors)" : "")
        + ", "
        + counts.blank()
        + " blank, "
        + counts.rejected()
        + " rejected";
  }

  private static String cancelled(Cancelled cancelled) {
    String done = done(cancelled.counts());
    return switch (cancelled.reason()) {
      case CLOSED, INTERRUPTED, DEADLINE -> "interrupted after " + done + "; " + RESUME;
      case RETIRED -> "generation " + cancelled.generation() + " was retired after " + done;
      case LEASE_LOST ->
          "the lease of generation "
              + cancelled.generation()
              + " was lost after "
              + done
              + ", as when the database ends a connection or another process takes over; "
              + RESUME;
    };
  }

  private static String remedy(Blocked blocked) {
    return switch (blocked.obstacle()) {
      case FINGERPRINT_MISMATCH ->
          "the index was made with another model or text policy: name that model with --model, or make"
              + " a new index while this one serves: "
              + REBUILD;
      case SCOPE_CHANGED ->
          "the index covers other messages than this command does: make a new one while it serves by "
              + REBUILD;
      case OTHER_BUILDING ->
          "a generation with another model or text policy is being built: name that model with --model,"
              + " or give that generation up with 'msgvault-embed embeddings retire GENERATION'";
      case NO_INDEX -> "every generation is retired: make a new one with " + REBUILD;
      case OTHER_ARCHIVE ->
          "the vectors beside this archive belong to another one: move that file away, then build";
    };
  }
}
