package io.msgvault.embed.micrometer;

import io.msgvault.embed.RunOutcome;
import java.util.Locale;

/** Names the outcome of a run, and why it ended so, in a few words each. */
final class OutcomeNames {
  /** Stands for a tag that has no value. */
  static final String NONE = "none";

  private OutcomeNames() {}

  static String of(RunOutcome outcome) {
    return outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  static String reason(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Cancelled cancelled) {
      return EmbedMetrics.lower(cancelled.reason());
    } else if (outcome instanceof RunOutcome.Blocked blocked) {
      return EmbedMetrics.lower(blocked.obstacle());
    } else if (outcome instanceof RunOutcome.Failed failed) {
      return failed.cause().getClass().getSimpleName();
    }
    return NONE;
  }
}
