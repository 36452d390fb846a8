package io.msgvault.embed.cli.output;

import io.msgvault.embed.JobEvent;
import io.msgvault.embed.JobListener;
import java.time.Clock;
import java.util.Optional;

/** Shows the progress of a run and its problems while it is working. */
public final class JobDisplay implements JobListener, AutoCloseable {
  private final Console console;
  private final Clock clock;
  private final boolean verbose;
  private Optional<Progress> progress = Optional.empty();

  /**
   * Creates a display.
   *
   * @param verbose whether to name each message that the embedder rejects
   */
  public JobDisplay(Console console, Clock clock, boolean verbose) {
    this.console = console;
    this.clock = clock;
    this.verbose = verbose;
  }

  @Override
  public void onEvent(JobEvent event) {
    if (event instanceof JobEvent.GenerationCreated created) {
      note("building generation " + created.generation().id());
    } else if (event instanceof JobEvent.GenerationRevived revived) {
      note("reviving generation " + revived.generation().id());
    } else if (event instanceof JobEvent.RunStarted started && started.missing() > 0) {
      progress =
          Optional.of(
              Progress.start(
                  console, clock, "embedding", started.missing(), Progress.Unit.MESSAGES));
    } else if (event instanceof JobEvent.Progress advance) {
      progress.ifPresent(shown -> shown.update(advance.settled()));
    } else if (event instanceof JobEvent.Retrying retrying) {
      note(
          "the embedder failed ("
              + retrying.cause().getMessage()
              + "); retrying in "
              + retrying.delay().toMillis()
              + " ms");
    } else if (event instanceof JobEvent.MessageFailed failed) {
      note("message " + failed.messageId() + " failed: " + failed.cause().getMessage());
    } else if (event instanceof JobEvent.MessageRejected rejected && verbose) {
      note("message " + rejected.messageId() + " was rejected: " + rejected.reason());
    } else if (event instanceof JobEvent.RunEnded) {
      close();
    }
  }

  private void note(String line) {
    String text = Console.toOneLine(line);
    progress.ifPresentOrElse(shown -> shown.note(text), () -> console.note(text));
  }

  @Override
  public void close() {
    progress.ifPresent(Progress::close);
    progress = Optional.empty();
  }
}
