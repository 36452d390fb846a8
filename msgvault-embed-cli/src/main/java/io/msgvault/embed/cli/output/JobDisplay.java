package io.msgvault.embed.cli.output;

import io.msgvault.embed.JobEvent;
import io.msgvault.embed.JobListener;
import io.msgvault.embed.cli.MsgvaultEmbed;
import java.util.Optional;

/** Shows what a run does while it does it. */
public final class JobDisplay implements JobListener, AutoCloseable {
  private final MsgvaultEmbed root;
  private Optional<Progress> progress = Optional.empty();

  public JobDisplay(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public void onEvent(JobEvent event) {
    if (event instanceof JobEvent.GenerationCreated created) {
      note("building generation " + created.generation().id());
    } else if (event instanceof JobEvent.RunStarted started && started.missing() > 0) {
      progress =
          Optional.of(
              Progress.start(
                  root.console(),
                  root.clock(),
                  "embedding",
                  started.missing(),
                  Progress.Unit.MESSAGES));
    } else if (event instanceof JobEvent.Progress made) {
      progress.ifPresent(shown -> shown.update(made.settled()));
    } else if (event instanceof JobEvent.Retrying retrying) {
      note(
          "the embedder failed ("
              + retrying.cause().getMessage()
              + "), trying again in "
              + retrying.delay().toMillis()
              + " ms");
    } else if (event instanceof JobEvent.MessageFailed failed) {
      note("message " + failed.messageId() + " failed: " + failed.cause().getMessage());
    } else if (event instanceof JobEvent.MessageRejected rejected && root.verbose()) {
      note("message " + rejected.messageId() + " was rejected: " + rejected.reason());
    } else if (event instanceof JobEvent.RunEnded) {
      close();
    }
  }

  private void note(String line) {
    String shown = Console.toOneLine(line);
    progress.ifPresentOrElse(
        display -> display.note(shown), () -> root.console().err().println(shown));
  }

  @Override
  public void close() {
    progress.ifPresent(Progress::close);
    progress = Optional.empty();
  }
}
