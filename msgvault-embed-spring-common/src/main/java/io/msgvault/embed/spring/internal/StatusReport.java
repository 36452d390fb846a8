package io.msgvault.embed.spring.internal;

import io.msgvault.embed.Errors;
import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.IndexStatus.GenerationStatus;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.WordCoverage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The status of an index in values that every line of Boot writes as the same JSON. What could not
 * be read is null, and {@code problems} says why.
 *
 * @param lastOutcome the outcome of the last run of this application
 */
record StatusReport(
    @Nullable Index active,
    @Nullable Index building,
    @Nullable Long missing,
    @Nullable Words words,
    @Nullable Outcome lastOutcome,
    List<Run> runs,
    List<Problem> problems) {

  /** A generation, its coverage and its size. */
  record Index(
      long generation,
      String model,
      int dimension,
      String text,
      String scope,
      String created,
      @Nullable String lastBackstop,
      @Nullable Double progress,
      @Nullable Coverage coverage,
      @Nullable IndexSize size) {

    static Index of(GenerationStatus of) {
      Fingerprint fingerprint = of.generation().fingerprint();
      return new Index(
          of.generation().id(),
          fingerprint.model(),
          fingerprint.dimension(),
          fingerprint.text(),
          fingerprint.scope().toString(),
          of.generation().created().toString(),
          iso(of.generation().lastBackstop()),
          of.progress().orElse(null),
          of.coverage().orElse(null),
          of.size().orElse(null));
    }
  }

  /** The state of the words. */
  record Words(long indexed, long live, boolean current) {
    static Words of(WordCoverage of) {
      return new Words(of.indexed(), of.live(), of.current());
    }
  }

  /** The end of a run: its kind, and what an operator should know. */
  record Outcome(String kind, @Nullable String detail) {
    static Outcome of(RunOutcome of) {
      String detail = null;
      if (of instanceof RunOutcome.Blocked blocked) {
        detail = blocked.remedy();
      } else if (of instanceof RunOutcome.Failed failed) {
        detail = Errors.describe(failed.cause());
      } else if (of instanceof RunOutcome.Cancelled cancelled) {
        detail = cancelled.reason().name();
      }
      return new Outcome(of.getClass().getSimpleName(), detail);
    }
  }

  /** The record of a run. */
  record Run(
      long id,
      long generation,
      String kind,
      String status,
      String started,
      @Nullable String ended,
      long embedded,
      long blank,
      long rejected,
      long failed,
      String detail) {

    static Run of(RunRecord of) {
      return new Run(
          of.id(),
          of.generation(),
          of.kind().name(),
          of.status().name(),
          of.started().toString(),
          iso(of.ended()),
          of.counts().embedded(),
          of.counts().blank(),
          of.counts().rejected(),
          of.counts().failed(),
          of.detail());
    }
  }

  /** A part that could not be read. */
  record Problem(String part, String reason) {}

  static StatusReport of(IndexStatus status, Optional<RunOutcome> lastOutcome) {
    return new StatusReport(
        status.active().map(Index::of).orElse(null),
        status.building().map(Index::of).orElse(null),
        status.missing().orElse(null),
        status.words().map(Words::of).orElse(null),
        lastOutcome.map(Outcome::of).orElse(null),
        status.runs().stream().map(Run::of).toList(),
        status.problems().stream()
            .map(problem -> new Problem(problem.part().name(), problem.reason()))
            .toList());
  }

  private static @Nullable String iso(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(null);
  }
}
