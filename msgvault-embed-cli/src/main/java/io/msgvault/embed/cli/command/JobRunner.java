package io.msgvault.embed.cli.command;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Estimate;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Blocked;
import io.msgvault.embed.RunOutcome.Busy;
import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.RunOutcome.Completed;
import io.msgvault.embed.RunOutcome.Failed;
import io.msgvault.embed.RunOutcome.Idle;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.backend.OpenedWords;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.output.JobDisplay;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Creates the job for a command, runs it and reports how the run ended. */
final class JobRunner {
  private static final String RESUME_HINT = "continue with 'msgvault-embed embeddings resume'";
  private static final String REBUILD_COMMAND = "'msgvault-embed embeddings build --rebuild'";

  private JobRunner() {}

  /** Embeds the messages that need it, and returns the exit code. */
  static int runOnce(CliContext context, CostOptions cost) {
    return run(context, cost::applyTo, EmbedJob::runOnce);
  }

  /** Does the same as {@link #runOnce}, and compares archive and vectors. */
  static int runBackstop(CliContext context, CostOptions cost, boolean allTexts) {
    return run(
        context,
        job -> cost.applyTo(allTexts ? job.compareAllTexts() : job),
        EmbedJob::runBackstop);
  }

  /** Builds a new generation beside the active one, and returns the exit code. */
  static int rebuild(CliContext context, CostOptions cost) {
    return run(context, cost::applyTo, EmbedJob::rebuild);
  }

  /** Returns what a build would embed, and changes nothing. */
  static Estimate estimate(CliContext context, boolean rebuild) {
    return withJob(
        context,
        Backend::readWords,
        UnaryOperator.identity(),
        (backend, job) -> rebuild ? job.estimateRebuild() : job.estimate());
  }

  /** Calls a function with a job over an existing archive. */
  static <T> T withJob(CliContext context, BiFunction<Backend, EmbedJob, T> function) {
    return withJob(context, UnaryOperator.identity(), function);
  }

  /** Does the same with a job that has further settings. */
  static <T> T withJob(
      CliContext context,
      UnaryOperator<EmbedJob.Builder> settings,
      BiFunction<Backend, EmbedJob, T> function) {
    return withJob(context, Backend::makeWords, settings, function);
  }

  /** Does the same, with words that are opened in another way. */
  static <T> T withJob(
      CliContext context,
      Function<Backend, OpenedWords> openWords,
      UnaryOperator<EmbedJob.Builder> settings,
      BiFunction<Backend, EmbedJob, T> function) {
    try (Backend backend = context.openBackend();
        Embedder embedder = context.openEmbedder();
        JobDisplay display =
            new JobDisplay(context.console(), context.clock(), context.verbose())) {
      OpenedWords words = openWords.apply(backend);
      words.note().ifPresent(note -> context.console().note("note: " + note));
      int unused = embedder.concurrency(); // opens the model: a broken one fails before a run
      // The embedder may come to want more requests at once.
      ExecutorService executor = Executors.newCachedThreadPool();
      EmbedJob.Builder builder =
          settings
              .apply(EmbedJob.builder(backend.messages(), backend.vectors(), embedder))
              .clock(context.clock())
              .executor(executor)
              .listener(display);
      words.index().ifPresent(builder::words);
      try (EmbedJob job = builder.build()) {
        context.onStop(job::close);
        return function.apply(backend, job);
      } finally {
        executor.shutdownNow();
      }
    }
  }

  private static int run(
      CliContext context,
      UnaryOperator<EmbedJob.Builder> settings,
      Function<EmbedJob, RunOutcome> run) {
    RunOutcome outcome = withJob(context, settings, (backend, job) -> run.apply(job));
    context.console().say(report(outcome));
    if (outcome instanceof Completed completed && completed.counts().failed() > 0) {
      throw new CommandFailure(
          ExitCode.FAILED,
          Console.count(completed.counts().failed(), "message", "messages")
              + " failed and still need work; "
              + RESUME_HINT);
    }
    return ExitCode.OK;
  }

  /** Returns the text for a run that did its work; throws a failure for any other. */
  private static String report(RunOutcome outcome) {
    if (outcome instanceof Completed completed) {
      return completedText(completed);
    }
    if (outcome instanceof Idle idle) {
      return "generation " + idle.generation() + " is up to date";
    }
    if (outcome instanceof Busy busy) {
      throw new CommandFailure(
          ExitCode.BUSY,
          "another process is filling generation "
              + busy.generation()
              + ": try again when it has finished");
    }
    if (outcome instanceof Blocked blocked) {
      throw new CommandFailure(ExitCode.NOT_READY, remedy(blocked));
    }
    if (outcome instanceof Cancelled cancelled) {
      Optional<String> limit = spentLimit(cancelled.reason());
      if (limit.isPresent()) {
        return generation(cancelled)
            + ": "
            + countsText(cancelled.counts())
            + "; "
            + limit.get()
            + ", and messages are left: "
            + RESUME_HINT;
      }
      throw new CommandFailure(
          cancelled.reason() == Cancelled.StopReason.CLOSED
              ? ExitCode.INTERRUPTED
              : ExitCode.FAILED,
          cancelledText(cancelled));
    }
    Failed failed = (Failed) outcome;
    throw new CommandFailure(
        ExitCode.FAILED,
        "the run failed ("
            + countsText(failed.counts())
            + "): "
            + failed.cause().getMessage()
            + "; fix this, then "
            + RESUME_HINT,
        failed.cause());
  }

  private static String completedText(Completed completed) {
    RunCounts counts = completed.counts();
    StringBuilder line = new StringBuilder("generation " + completed.generation() + ": ");
    line.append(countsText(counts));
    if (counts.missed() > 0) {
      line.append(", ")
          .append(counts.missed())
          .append(" changed during the run and left for the next one");
    }
    if (completed.kind() == RunKind.BACKSTOP) {
      line.append("; backstop: ")
          .append(counts.unstamped())
          .append(" stamps removed, ")
          .append(counts.orphans())
          .append(" orphans deleted");
    }
    return line.append(completed.activated() ? "; it is now active" : "").toString();
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

  /** Names the option that ended a run; empty if something else did. */
  private static Optional<String> spentLimit(Cancelled.StopReason reason) {
    return switch (reason) {
      case TOKEN_BUDGET -> Optional.of("--max-tokens is reached");
      case REQUEST_BUDGET -> Optional.of("--max-requests is reached");
      case TIME_BUDGET -> Optional.of("--max-time is over");
      case CLOSED, INTERRUPTED, DEADLINE, RETIRED, LEASE_LOST -> Optional.empty();
    };
  }

  private static String cancelledText(Cancelled cancelled) {
    String counts = " (" + countsText(cancelled.counts()) + ")";
    return switch (cancelled.reason()) {
      case CLOSED, INTERRUPTED, DEADLINE, TOKEN_BUDGET, REQUEST_BUDGET, TIME_BUDGET ->
          "interrupted" + counts + "; " + RESUME_HINT;
      case RETIRED -> generation(cancelled) + " was retired during the run" + counts;
      case LEASE_LOST ->
          "the run lost the lease of "
              + generation(cancelled)
              + counts
              + ": the database ended a connection, or another process took over; "
              + RESUME_HINT;
    };
  }

  private static String generation(Cancelled cancelled) {
    return cancelled.generation().isPresent()
        ? "generation " + cancelled.generation().getAsLong()
        : "no generation yet";
  }

  private static String remedy(Blocked blocked) {
    return switch (blocked.obstacle()) {
      case FINGERPRINT_MISMATCH ->
          "the index was made with another model or text policy: choose that model with --model, or"
              + " build a new index while this one stays searchable: "
              + REBUILD_COMMAND;
      case SCOPE_CHANGED ->
          "the index covers other messages than this command does: build a new one while it stays"
              + " searchable: "
              + REBUILD_COMMAND;
      case BUILD_IN_PROGRESS ->
          "a generation with another model or text policy is being built: choose that model with"
              + " --model, or retire that generation with 'msgvault-embed embeddings retire"
              + " GENERATION'";
      case NO_INDEX -> "every generation is retired: build a new one with " + REBUILD_COMMAND;
      case ARCHIVE_MISMATCH ->
          "the vectors belong to another archive: move their file away, then build again";
      case MIGRATION_UNFINISHED ->
          "an application has begun a migration of this archive and has not ended it: start it again,"
              + " so that the migration goes on, or let it give the migration up with"
              + " giveUpMigration()";
    };
  }
}
