package io.msgvault.embed;

/**
 * Hears what a job does. Called on the thread of the run, between its steps, so it should be quick;
 * what it throws is logged and otherwise ignored.
 */
@FunctionalInterface
public interface JobListener {
  /** Hears nothing. */
  JobListener NONE = event -> {};

  /** Called for each event, in order. */
  void onEvent(JobEvent event);
}
