package org.example.scheduled;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;

/** Makes the recurring task that keeps the index up to date. */
public final class EmbedTask {
  private EmbedTask() {}

  /** Runs the job every ten seconds, on one of the nodes that share the database. */
  public static RecurringTask<Void> of(EmbedJob job) {
    return Tasks.recurring("embed-messages", FixedDelay.ofSeconds(10))
        .execute(
            (instance, context) -> {
              if (job.runOnce() instanceof RunOutcome.Failed failed) {
                throw failed.cause(); // db-scheduler records it, and the next run goes on
              }
            });
  }
}
