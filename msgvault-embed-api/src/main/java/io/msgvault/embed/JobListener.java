package io.msgvault.embed;

/**
 * Receives the events of a job's runs. The job calls it on the thread of the run, between two
 * steps, so it must be quick. The job logs its exceptions and ignores them otherwise.
 */
@FunctionalInterface
public interface JobListener {
  /** Ignores all events. */
  JobListener NONE = event -> {};

  /** Receives one event. Events come in order. */
  void onEvent(JobEvent event);

  /**
   * Returns a listener that passes each event to this one and then, unless this throws, to another.
   */
  default JobListener andThen(JobListener next) {
    return event -> {
      onEvent(event);
      next.onEvent(event);
    };
  }
}
