package io.msgvault.embed.testkit.process;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.InMemoryWordsFixture;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.FaultyEmbedder;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process that works until it is killed. One thread writes to the archive as its host does,
 * another runs jobs of all kinds, each as fast as it can. Each notes every step in the journal
 * before it is made.
 */
final class CrashWorker {
  /** Words of the journal. */
  static final String STEP = "step";

  static final String WRITE = "write";
  static final String HOLDS_LEASE = "holds";
  static final String SHARES_LEASE = "shares";
  static final String RELEASES = "frees";
  static final String CREATED = "created";
  static final String FAILED = "wrong";
  static final String KILLED = "killed";

  /** A text that the embedder refuses. */
  static final String POISON = "poison";

  private static final List<String> WORDS =
      List.of("tea", "noon", "meeting", "invoice", "garden", "probe", "launch", "harbour");

  private static final int MAX_BURST = 12;

  private final String name;
  private final Random random;
  private final Random dice;
  private final CrashJournal journal;
  private final int killStep;
  private final PrintStream output;
  private final AtomicInteger steps = new AtomicInteger();
  private final Semaphore runs = new Semaphore(0);

  private CrashWorker(
      String name, Random random, CrashJournal journal, int moment, PrintStream answer) {
    this.name = name;
    this.random = random;
    this.dice = new Random(random.nextLong());
    this.journal = journal;
    this.killStep = moment;
    this.output = answer;
  }

  /**
   * Starts a worker.
   *
   * @param name its name in the journal
   * @param share the worker writes to the messages whose ids leave this remainder...
   * @param of ...when divided by this
   * @param killStep the number of steps after which it answers; it goes on
   */
  static ChildProcess start(
      StorageFixture storage,
      Path journal,
      String name,
      int share,
      int of,
      int killStep,
      long seed) {
    OtherProcess messages = storage.messages().otherProcess();
    OtherProcess vectors = storage.vectors().otherProcess();
    Optional<OtherProcess> words = wordsOf(storage);
    return ChildProcess.start(
        CrashWorker.class,
        Stream.of(
            messages.opener().getName(),
            messages.location(),
            vectors.opener().getName(),
            vectors.location(),
            journal,
            name,
            share,
            of,
            killStep,
            seed,
            words.map(place -> place.opener().getName()).orElse(""),
            words.map(OtherProcess::location).orElse("")));
  }

  /** Returns where the words are, unless they are in the memory of one process. */
  static Optional<OtherProcess> wordsOf(StorageFixture storage) {
    return storage.words() instanceof InMemoryWordsFixture
        ? Optional.empty()
        : Optional.of(storage.words().otherProcess());
  }

  /** The worker's side. */
  public static void main(String[] arguments) throws Exception {
    PrintStream answer =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    CrashWorker worker =
        new CrashWorker(
            arguments[5],
            new Random(Long.parseLong(arguments[9])),
            CrashJournal.open(Path.of(arguments[4])),
            Integer.parseInt(arguments[8]),
            answer);
    try {
      worker.step(STEP, "open");
      OtherProcess.StorageOpener archive = ChildProcess.opener(arguments[0]);
      MessageStore messages = archive.messages(arguments[1]);
      VectorStore vectors = ChildProcess.opener(arguments[2]).vectors(arguments[3]);
      Optional<WordIndex> words =
          arguments[10].isEmpty()
              ? Optional.empty()
              : Optional.of(ChildProcess.opener(arguments[10]).words(arguments[11]));
      ArchiveWriter writer = archive.writer(arguments[1]);
      int share = Integer.parseInt(arguments[6]);
      int of = Integer.parseInt(arguments[7]);
      Thread host =
          new Thread(() -> worker.runGuarded(() -> worker.write(writer, share, of)), "host");
      host.start();
      worker.runGuarded(() -> worker.runJobs(messages, vectors, words));
    } catch (RuntimeException | Error e) {
      worker.reportFailure(e);
    }
    // The parent kills this process. Where the parent is gone, the end of the input ends it.
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(1);
  }

  private void step(String word, Object rest) {
    journal.add(name, word, rest);
    if (steps.getAndIncrement() == killStep) {
      output.println("here");
    }
  }

  private void runGuarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      reportFailure(e);
    }
  }

  /** Notes a failure, and lets the parent know without delay. */
  private void reportFailure(Object failure) {
    if (failure instanceof Throwable thrown) {
      thrown.printStackTrace();
    }
    journal.add(name, FAILED, failure.toString().replace('\n', ' '));
    output.println(FAILED);
  }

  // The host

  private void write(ArchiveWriter writer, int share, int of) {
    Set<Long> known = new HashSet<>();
    Set<Long> present = new HashSet<>();
    while (true) {
      int burst = dice.nextInt(MAX_BURST);
      for (int i = 0; i < burst; i++) {
        long id = 1 + share + (long) of * dice.nextInt(StorageUnderTest.MAX_MESSAGES / of);
        if (known.add(id) && isThere(writer, id)) {
          present.add(id);
        }
        write(writer, id, present);
      }
      // Now and then, a run must find nothing left to do.
      runs.drainPermits();
      for (int i = dice.nextInt(3); i > 0; i--) {
        runs.acquireUninterruptibly();
      }
    }
  }

  /** Restoring does nothing to a live message, and throws where none has the id. */
  private boolean isThere(ArchiveWriter writer, long id) {
    step(WRITE, "restore " + id);
    try {
      writer.restore(id);
      return true;
    } catch (RuntimeException | AssertionError noSuchMessage) {
      return false;
    }
  }

  private void write(ArchiveWriter writer, long id, Set<Long> present) {
    if (present.add(id)) {
      step(WRITE, "insert " + id);
      writer.insert(id, ArchiveMessage.of("subject " + id, text()));
      return;
    }
    switch (dice.nextInt(10)) {
      case 0, 1 -> {
        step(WRITE, "delete " + id);
        writer.delete(id);
      }
      case 2 -> {
        step(WRITE, "restore " + id);
        writer.restore(id);
      }
      case 3 -> {
        step(WRITE, "purge " + id);
        writer.purge(id);
        present.remove(id);
      }
      default -> {
        step(WRITE, "edit " + id);
        writer.edit(id, new ArchiveMessage.Content("subject " + id, text(), ""));
      }
    }
  }

  /** Of one chunk or several, blank, or refused. */
  private String text() {
    int kind = dice.nextInt(12);
    if (kind == 0) {
      return " \n ";
    }
    if (kind == 1) {
      return POISON + ' ' + dice.nextInt();
    }
    return dice.ints(1 + dice.nextInt(40), 0, WORDS.size())
            .mapToObj(WORDS::get)
            .collect(Collectors.joining(" "))
        + ' '
        + dice.nextInt(1000);
  }

  // The jobs

  private void runJobs(MessageStore messages, VectorStore vectors, Optional<WordIndex> words) {
    FaultyEmbedder embedder = embedder();
    embedder.duringCalls(() -> step(STEP, "embed"));
    List<EmbedJob> jobs = new ArrayList<>();
    CallInterceptor alone = interceptor("Lease.close");
    EmbedJob.Builder soleJob =
        StorageUnderTest.job(alone.wrap(messages), alone.wrap(vectors), embedder)
            .dropRetired()
            .listener(event -> onEvent(event, HOLDS_LEASE));
    words.ifPresent(index -> soleJob.words(alone.wrap(index)));
    jobs.add(soleJob.build());
    if (vectors.supportsSharedLease()) {
      CallInterceptor sharing = interceptor("SharedLease.close");
      EmbedJob.Builder sharingJob =
          StorageUnderTest.job(sharing.wrap(messages), sharing.wrap(vectors), embedder)
              .sharedLease()
              .dropRetired()
              .listener(event -> onEvent(event, SHARES_LEASE));
      words.ifPresent(index -> sharingJob.words(sharing.wrap(index)));
      jobs.add(sharingJob.build());
    }
    while (true) {
      performAction(jobs.get(random.nextInt(jobs.size())), vectors);
      embedder.clearSent();
      runs.release();
    }
  }

  private CallInterceptor interceptor(String end) {
    return (call, arguments) -> {
      if (call.equals(end)) {
        journal.add(name, RELEASES, "");
      }
      step(STEP, call);
    };
  }

  /** The embedder of workers and of those who check them. */
  static FaultyEmbedder embedder() {
    return new FaultyEmbedder().refusing(text -> text.contains(POISON));
  }

  private void onEvent(JobEvent event, String hold) {
    if (event instanceof JobEvent.RunStarted started) {
      journal.add(name, hold, started.generation());
    } else if (event instanceof JobEvent.GenerationCreated created) {
      journal.add(name, CREATED, created.generation().id());
    }
  }

  private void performAction(EmbedJob job, VectorStore vectors) {
    switch (random.nextInt(20)) {
      case 0 -> require(job.rebuild(), job);
      case 1, 2, 3 -> require(job.runBackstop(), job);
      case 4 -> {
        step(STEP, "EmbedJob.repair");
        job.repair(random.longs(5, 1, StorageUnderTest.MAX_MESSAGES + 1L).boxed().toList());
      }
      case 5 -> {
        step(STEP, "EmbedJob.retryRejected");
        job.retryRejected();
      }
      case 7 -> {
        step(STEP, "EmbedJob.forget");
        job.forget(random.longs(9, 1, StorageUnderTest.MAX_MESSAGES + 1L).boxed().toList());
      }
      case 6 -> {
        step(STEP, "VectorStore.retire");
        vectors.building().map(Generation::id).ifPresent(id -> retire(vectors, id));
        step(STEP, "VectorStore.dropRetired");
        vectors.dropRetired();
      }
      default -> require(job.runOnce(), job);
    }
  }

  private static void retire(VectorStore vectors, long generation) {
    try {
      vectors.retire(generation);
    } catch (GenerationStateException e) {
      // Another worker may have retired it in between.
      if (e.state() != Generation.State.ACTIVE) {
        throw e;
      }
    }
  }

  /** A run may find another at work, or that its generation was retired; it does not fail. */
  private void require(RunOutcome outcome, EmbedJob job) {
    if (outcome instanceof RunOutcome.Blocked blocked
        && blocked.obstacle() == RunOutcome.Blocked.Obstacle.NO_INDEX) {
      require(job.rebuild(), job);
    } else if (outcome instanceof RunOutcome.Failed failed) {
      throw failed.cause();
    } else if (outcome instanceof RunOutcome.Blocked
        || (outcome instanceof RunOutcome.Cancelled cancelled
            && cancelled.reason() != RunOutcome.Cancelled.StopReason.RETIRED)) {
      throw new IllegalStateException("a run that was not stopped ends as " + outcome);
    }
  }
}
