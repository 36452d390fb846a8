package io.msgvault.embed.testkit.model;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.Capability;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A sequence of writes to an archive, of runs with mishaps, and of losses of the index. After each
 * step no stamp says more than the index holds. After each run that nothing disturbed no message
 * needs work. In the end all agrees.
 */
public final class JobScenario implements AutoCloseable {
  /** A step of a scenario. */
  public sealed interface Action {
    void run(JobScenario scenario);
  }

  /** The ways to run a job. */
  enum Kind {
    RUN,
    BACKSTOP,
    REBUILD
  }

  /** An event during a run. */
  sealed interface Disturbance {
    CallInterceptor interceptor(JobScenario scenario);
  }

  /** Nothing happens. */
  record NoDisturbance() implements Disturbance {
    @Override
    public CallInterceptor interceptor(JobScenario scenario) {
      return CallInterceptor.NONE;
    }

    @Override
    public String toString() {
      return "undisturbed";
    }
  }

  /** The process dies before its n-th call of a store. */
  record Kill(int call) implements Disturbance {
    @Override
    public CallInterceptor interceptor(JobScenario scenario) {
      return CallInterceptor.killedBefore(call);
    }

    @Override
    public String toString() {
      return "killed before its " + call + ". call";
    }
  }

  /** The n-th call of a store fails. */
  record FailedCall(int call) implements Disturbance {
    @Override
    public CallInterceptor interceptor(JobScenario scenario) {
      return new CallInterceptor() {
        private int calls;

        @Override
        public void before(String name, Object[] arguments) {
          calls++;
          if (calls == call && !name.matches("Lease.*|SharedLease.(held|close)")) {
            throw new StoreException("the disk is full");
          }
        }
      };
    }

    @Override
    public String toString() {
      return "whose " + call + ". call fails";
    }
  }

  /** The host writes to the archive before the n-th call of a store. */
  record WriteBeforeCall(int call, ArchiveScenario.Write write) implements Disturbance {
    @Override
    public CallInterceptor interceptor(JobScenario scenario) {
      return new CallInterceptor() {
        private int calls;

        @Override
        public void before(String name, Object[] arguments) {
          calls++;
          if (calls == call) {
            scenario.write(write);
          }
        }
      };
    }

    @Override
    public String toString() {
      return "and before its " + call + ". call: " + write;
    }
  }

  /** The embedder fails in its first calls. */
  record Faults(List<FaultyEmbedder.Fault> faults) implements Disturbance {
    @Override
    public CallInterceptor interceptor(JobScenario scenario) {
      scenario.storage.embedder.failing(faults);
      return CallInterceptor.NONE;
    }

    @Override
    public String toString() {
      return "whose embedder does " + faults;
    }
  }

  record Write(ArchiveScenario.Write write) implements Action {
    @Override
    public void run(JobScenario scenario) {
      scenario.write(write);
    }

    @Override
    public String toString() {
      return write.toString();
    }
  }

  record Run(Kind kind, Disturbance disturbance) implements Action {
    @Override
    public void run(JobScenario scenario) {
      scenario.run(kind, disturbance);
    }

    @Override
    public String toString() {
      return kind + " " + disturbance;
    }
  }

  /** The index is lost as a whole. */
  record LoseIndex() implements Action {
    @Override
    public void run(JobScenario scenario) {
      scenario.storage.loseIndex();
    }

    @Override
    public String toString() {
      return "lose the index";
    }
  }

  /** Vectors get lost past the job; only a backstop can find out. */
  record SpoilVectors(Set<Long> ids) implements Action {
    @Override
    public void run(JobScenario scenario) {
      scenario.storage.loseVectors(ids);
    }

    @Override
    public String toString() {
      return "lose the vectors of " + new TreeSet<>(ids);
    }
  }

  /** The words are those of an older copy, which the next run finds out. */
  record LoseWords(Set<Long> ids) implements Action {
    @Override
    public void run(JobScenario scenario) {
      scenario.storage.words.index().delete(ids);
      scenario.storage.words.index().recordRun(0);
      scenario.wordsSpoiled = true;
    }

    @Override
    public String toString() {
      return "go back to words without those of " + new TreeSet<>(ids);
    }
  }

  private final StorageUnderTest storage;
  private final Scope scope;
  private final boolean seeking;
  private final boolean sharing;
  private final ArchiveModel model;
  private final Set<Long> writtenDuringRuns = new HashSet<>();
  private boolean wordsSpoiled;

  /**
   * A scenario on an empty storage.
   *
   * @param seeking false to let the job use watermarks, also over a store that seeks
   * @param sharing whether the runs take shared leases
   */
  public JobScenario(StorageUnderTest storage, Scope scope, boolean seeking, boolean sharing) {
    this.sharing = sharing;
    this.storage = storage;
    model = storage.archive.model();
    this.scope = scope;
    this.seeking = seeking && storage.archive.store().supportsSeekingScan();
  }

  public void run(List<Action> actions) {
    for (Action action : actions) {
      action.run(this);
      if (!wordsSpoiled) {
        storage.requireStampsHaveWords();
      }
      storage.requireStampsHaveVectors();
    }
    storage.restart();
    run(Kind.BACKSTOP, new NoDisturbance());
    job(CallInterceptor.NONE).retryRejected();
    run(Kind.BACKSTOP, new NoDisturbance());
    storage.requireExact(scope);
  }

  private void write(ArchiveScenario.Write write) {
    if (write.isApplicable(model)) {
      write.write(storage.archive.writer());
      write.updateModel(model);
      writtenDuringRuns.add(write.id());
    }
  }

  private EmbedJob job(CallInterceptor interceptor) {
    MessageStore messages = interceptor.wrap(storage.archive.store());
    EmbedJob.Builder job =
        storage
            .job(
                seeking ? messages : CallInterceptor.withoutSeeking(messages),
                interceptor.wrap(storage.index.store()))
            .words(interceptor.wrap(storage.words.index()))
            .scope(scope);
    return (sharing ? job.sharedLease() : job).build();
  }

  private void run(Kind kind, Disturbance disturbance) {
    writtenDuringRuns.clear();
    Set<Long> hiddenBefore = hidden();
    CallInterceptor interceptor = disturbance.interceptor(this);
    boolean undisturbed = disturbance instanceof NoDisturbance;
    try {
      EmbedJob job = job(interceptor);
      RunOutcome outcome =
          switch (kind) {
            case RUN -> job.runOnce();
            case BACKSTOP -> job.runBackstop();
            case REBUILD -> job.rebuild();
          };
      requireOutcome(kind, undisturbed, outcome);
    } catch (CallInterceptor.ProcessKilled killed) {
      storage.restart();
    } finally {
      storage.embedder.failing(List.of());
    }
    Set<Long> hidden = hidden();
    hidden.removeAll(hiddenBefore);
    hidden.removeAll(writtenDuringRuns);
    Expect.equal(
        "EJ-16",
        Set.of(),
        hidden,
        "the messages that need work and that the watermark has passed in this run");
  }

  private void requireOutcome(Kind kind, boolean undisturbed, RunOutcome outcome) {
    if (!undisturbed) {
      return;
    }
    boolean ordinary =
        outcome instanceof RunOutcome.Completed || outcome instanceof RunOutcome.Idle;
    Expect.that("EJ-2", ordinary, () -> "a run that nothing disturbs ends as " + outcome);
    wordsSpoiled = false;
    if (kind == Kind.BACKSTOP) {
      storage.noteBackstop();
      storage.requireExact(scope);
    } else if (seeking && !storage.isTargetSpoiled()) {
      storage.requireFilled(scope);
    }
  }

  /** The messages that need work but that a scan from the watermark does not find. */
  private Set<Long> hidden() {
    if (seeking || storage.index.store().generations().isEmpty()) {
      return new HashSet<>();
    }
    long generation = storage.target().id();
    long watermark = storage.index.store().watermark(generation).id();
    return storage.needsWork(scope).stream()
        .filter(id -> id <= watermark)
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    storage.close();
  }

  // Random scenarios

  public static Arbitrary<List<Action>> scenarios(Set<Capability> unsupported) {
    Arbitrary<ArchiveScenario.Write> writes = ArchiveScenario.writes(unsupported);
    Arbitrary<Integer> calls = Arbitraries.integers().between(1, 40);
    Arbitrary<Disturbance> mishaps =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.just(new NoDisturbance())),
            Tuple.of(3, calls.map(Kill::new)),
            Tuple.of(2, calls.map(FailedCall::new)),
            Tuple.of(3, Combinators.combine(calls, writes).as(WriteBeforeCall::new)),
            Tuple.of(
                2,
                Arbitraries.of(FaultyEmbedder.Fault.class)
                    .list()
                    .ofMinSize(1)
                    .ofMaxSize(5)
                    .map(Faults::new)));
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(4, Kind.RUN), Tuple.of(1, Kind.BACKSTOP), Tuple.of(1, Kind.REBUILD));
    Arbitrary<Set<Long>> some =
        Arbitraries.longs().between(1, ArchiveModel.IDS).set().ofMinSize(1).ofMaxSize(3);
    return Arbitraries.<Action>frequencyOf(
            Tuple.of(12, writes.map(Write::new)),
            Tuple.of(8, Combinators.combine(kinds, mishaps).as(Run::new)),
            Tuple.of(1, Arbitraries.just(new LoseIndex())),
            Tuple.of(1, some.map(SpoilVectors::new)),
            Tuple.of(1, some.map(LoseWords::new)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(20);
  }
}
