package io.msgvault.embed.testkit.job;

import io.msgvault.embed.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the tasks that a job schedules. Lets no time pass: it runs a task at once, or never. */
final class RecordingScheduler implements Scheduler {
  /** A task, and whether it was cancelled. */
  static final class Task implements ScheduledTask {
    final Runnable work;
    final Duration delay;
    volatile boolean cancelled;

    Task(Runnable work, Duration delay) {
      this.work = work;
      this.delay = delay;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  final List<Task> tasks = new CopyOnWriteArrayList<>();
  private final boolean immediate;

  private RecordingScheduler(boolean immediate) {
    this.immediate = immediate;
  }

  /** Returns a scheduler that runs each task at once. */
  static RecordingScheduler immediate() {
    return new RecordingScheduler(true);
  }

  /** Returns a scheduler that runs no task. */
  static RecordingScheduler idle() {
    return new RecordingScheduler(false);
  }

  @Override
  public ScheduledTask schedule(Runnable work, Duration delay) {
    Task task = new Task(work, delay);
    tasks.add(task);
    if (immediate) {
      work.run();
    }
    return task;
  }

  List<Duration> delays() {
    return tasks.stream().map(task -> task.delay).toList();
  }

  boolean allCancelled() {
    return tasks.stream().allMatch(task -> task.cancelled);
  }
}
