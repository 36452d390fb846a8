package io.msgvault.embed.testkit;

import io.msgvault.embed.MessageStore;
import io.msgvault.embed.Scope;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.archive.FormerIndex;
import io.msgvault.embed.archive.Takeover;
import io.msgvault.embed.archive.TakeoverOutcome;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A process that takes an archive over until it is killed. */
final class TakeoverWorker {
  /** How it answers in the step at which it is to be killed; what the step is follows. */
  static final String HERE = "here ";

  /** How it answers when it comes to the end before that. */
  static final String DONE = "done";

  private TakeoverWorker() {}

  /**
   * Starts a worker.
   *
   * @param moment it answers when it has made so many steps, and goes on
   */
  static Child start(StorageFixture storage, boolean imported, int moment) {
    Elsewhere messages = storage.messages().elsewhere();
    Elsewhere vectors = storage.vectors().elsewhere();
    return Child.start(
        TakeoverWorker.class,
        Stream.of(
            messages.opener().getName(),
            messages.location(),
            vectors.opener().getName(),
            vectors.location(),
            imported,
            moment));
  }

  /** The worker's side. */
  public static void main(String[] arguments) throws Exception {
    PrintStream answer =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    int moment = Integer.parseInt(arguments[5]);
    AtomicInteger steps = new AtomicInteger();
    Tap tap =
        (call, given) -> {
          if (steps.getAndIncrement() == moment) {
            answer.println(HERE + call);
          }
        };
    try {
      Elsewhere.Opener archive = Child.opener(arguments[0]);
      MessageStore messages = archive.messages(arguments[1]);
      VectorStore vectors = Child.opener(arguments[2]).vectors(arguments[3]);
      Takeover takeover =
          Boolean.parseBoolean(arguments[4])
              ? OpenTakeover.importing(OpenTakeover.fingerprint(new FaultyEmbedder(), Scope.ALL))
              : OpenTakeover.ofActive();
      FormerIndex former = archive.former(arguments[1], takeover);
      TakeoverOutcome outcome =
          OpenTakeover.patiently(
              () -> takeover.run(tap.on(messages), tap.on(vectors), tap.on(former)));
      boolean good =
          outcome instanceof TakeoverOutcome.TakenOver
              || outcome instanceof TakeoverOutcome.DoneBefore;
      answer.println(good ? DONE : outcome);
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      answer.println(e);
    }
    // The parent kills this process. Where the parent is gone, the end of the input ends it.
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(1);
  }
}
