package io.msgvault.embed.internal.job;

import io.msgvault.embed.Errors;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.JobListener;
import io.msgvault.embed.RunOutcome.Failed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the events of a job and passes them to its listener. */
record EventPublisher(JobListener listener) {
  private static final Logger LOG = LoggerFactory.getLogger(JobLog.NAME);

  /** Logs an event and passes it on. An error of the listener is only logged. */
  void publish(JobEvent event) {
    log(event);
    try {
      listener.onEvent(event);
    } catch (RuntimeException e) {
      LOG.warn(
          "the job's listener failed on {}: {}",
          event.getClass().getSimpleName(),
          Errors.describe(e));
    }
  }

  /** Logs what an operator needs even if the job has no listener. */
  private static void log(JobEvent event) {
    if (event instanceof JobEvent.Retrying retry) {
      LOG.info(
          "the embedder failed {} times in a row; next request in {}: {}",
          retry.failures(),
          retry.delay(),
          retry.cause().toString());
    } else if (event instanceof JobEvent.MessageRejected rejected) {
      LOG.info("message {} is rejected: {}", rejected.messageId(), rejected.reason());
    } else if (event instanceof JobEvent.MessageFailed failed) {
      LOG.info(
          "message {} is left for the next run: {}", failed.messageId(), failed.cause().toString());
    } else if (event instanceof JobEvent.RunEnded ended
        && ended.outcome() instanceof Failed failed) {
      // Not the event itself: an error of a store's own may hold text of a message.
      LOG.debug(
          "the run failed after {}: {}, {}",
          ended.elapsed(),
          Errors.describe(failed.cause()),
          failed.counts());
    } else {
      LOG.debug("{}", event);
    }
  }
}
