package io.msgvault.embed.spring.internal;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.spring.EmbedRuns;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * What an operator sees of the index of one archive, and may ask for.
 *
 * @param runs the runs of this application, if it runs the job
 */
record OperatedIndex(EmbedJob job, Optional<EmbedRuns> runs) {
  /** What an operator may ask for. */
  enum Action {
    RUN,
    BACKSTOP,
    REBUILD,
    GIVE_UP_REBUILD,
    RETRY_REJECTED
  }

  /** Returns the status. */
  StatusReport status() {
    return StatusReport.of(job.status(), runs.flatMap(EmbedRuns::lastOutcome));
  }

  /** Returns what {@code info} shows. */
  Map<String, Object> summary() {
    return IndexSummary.of(job.status());
  }

  /** Does an action, or lets the thread of the runs do it soon, and tells which. */
  Map<String, Object> act(Action action) {
    return switch (action) {
      case RUN -> soon(EmbedRuns::runSoon);
      case BACKSTOP -> soon(EmbedRuns::backstopSoon);
      case REBUILD -> soon(EmbedRuns::rebuildSoon);
      case GIVE_UP_REBUILD -> Map.of("givenUp", job.giveUpRebuild().isPresent());
      case RETRY_REJECTED -> Map.of("retried", job.retryRejected());
    };
  }

  private Map<String, Object> soon(Consumer<EmbedRuns> wish) {
    wish.accept(
        runs.orElseThrow(
            () ->
                new InvalidEndpointRequestException(
                    "no runs in this application",
                    "This application does not run the job: ask one with"
                        + " msgvault.embed.job.enabled=true and access to write.")));
    return Map.of("begins", "soon");
  }
}
