package io.msgvault.embed.testkit.process;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.FaultyEmbedder;
import io.msgvault.embed.testkit.model.MigrationUnderTest;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A process that takes an archive over until it is killed. */
final class MigrationWorker {
  /** The answer in the step at which it is to be killed; the name of the step follows. */
  static final String REACHED = "here ";

  /** The answer when it comes to the end before that. */
  static final String DONE = "done";

  private MigrationWorker() {}

  /**
   * Starts a worker.
   *
   * @param killStep the number of steps after which it answers; it goes on
   */
  static ChildProcess start(StorageFixture storage, boolean imported, int killStep) {
    OtherProcess messages = storage.messages().otherProcess();
    OtherProcess vectors = storage.vectors().otherProcess();
    return ChildProcess.start(
        MigrationWorker.class,
        Stream.of(
            messages.opener().getName(),
            messages.location(),
            vectors.opener().getName(),
            vectors.location(),
            imported,
            killStep));
  }

  /** The worker's side. */
  public static void main(String[] arguments) throws Exception {
    PrintStream answer =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    int killStep = Integer.parseInt(arguments[5]);
    AtomicInteger steps = new AtomicInteger();
    CallInterceptor interceptor =
        (call, values) -> {
          if (steps.getAndIncrement() == killStep) {
            answer.println(REACHED + call);
          }
        };
    try {
      OtherProcess.StorageOpener archive = ChildProcess.opener(arguments[0]);
      MessageStore messages = archive.messages(arguments[1]);
      VectorStore vectors = ChildProcess.opener(arguments[2]).vectors(arguments[3]);
      Migration migration =
          Boolean.parseBoolean(arguments[4])
              ? MigrationUnderTest.importing(
                  MigrationUnderTest.fingerprint(new FaultyEmbedder(), Scope.ALL))
              : MigrationUnderTest.ofActive();
      LegacyIndex index = archive.legacyIndex(arguments[1], migration);
      MigrationOutcome outcome =
          MigrationUnderTest.retryWhileBusy(
              () ->
                  migration.run(
                      interceptor.wrap(messages),
                      interceptor.wrap(vectors),
                      interceptor.wrap(index)));
      boolean good =
          outcome instanceof MigrationOutcome.Migrated
              || outcome instanceof MigrationOutcome.AlreadyDone;
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
