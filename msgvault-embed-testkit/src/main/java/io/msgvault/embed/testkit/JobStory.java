package io.msgvault.embed.testkit;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Generation;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.Scope;
import io.msgvault.embed.StoreException;
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
 * step no stamp says more than the index holds, after each run that nothing disturbed nothing needs
 * work, and in the end all agrees.
 */
final class JobStory implements AutoCloseable {
  /** A step of a story. */
  sealed interface Action {
    void run(JobStory story);
  }

  /** What a run is asked to do. */
  enum Kind {
    RUN,
    BACKSTOP,
    REBUILD
  }

  /** What happens during a run. */
  sealed interface Mishap {
    Tap tap(JobStory story);
  }

  /** Nothing happens. */
  record Nothing() implements Mishap {
    @Override
    public Tap tap(JobStory story) {
      return Tap.OPEN;
    }

    @Override
    public String toString() {
      return "undisturbed";
    }
  }

  /** The process dies before its n-th call of a store. */
  record Kill(int call) implements Mishap {
    @Override
    public Tap tap(JobStory story) {
      return Tap.killedBefore(call);
    }

    @Override
    public String toString() {
      return "killed before its " + call + ". call";
    }
  }

  /** The n-th call of a store fails. */
  record FailedCall(int call) implements Mishap {
    @Override
    public Tap tap(JobStory story) {
      return new Tap() {
        private int calls;

        @Override
        public void before(String name, Object[] arguments) {
          calls++;
          if (calls == call && !name.matches("Lease.*|SharedLease.(held|close)")) {
            throw new StoreException("the disk is full", null);
          }
        }
      };
    }

    @Override
    public String toString() {
      return "whose " + call + ". call fails";
    }
  }

  /** Somebody writes to the archive before the n-th call of a store. */
  record Meanwhile(int call, ArchiveStory.Write write) implements Mishap {
    @Override
    public Tap tap(JobStory story) {
      return new Tap() {
        private int calls;

        @Override
        public void before(String name, Object[] arguments) {
          calls++;
          if (calls == call) {
            story.write(write);
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
  record Faults(List<FaultyEmbedder.Fault> faults) implements Mishap {
    @Override
    public Tap tap(JobStory story) {
      story.storage.embedder.failing(faults);
      return Tap.OPEN;
    }

    @Override
    public String toString() {
      return "whose embedder does " + faults;
    }
  }

  record Write(ArchiveStory.Write write) implements Action {
    @Override
    public void run(JobStory story) {
      story.write(write);
    }

    @Override
    public String toString() {
      return write.toString();
    }
  }

  record Run(Kind kind, Mishap mishap) implements Action {
    @Override
    public void run(JobStory story) {
      story.run(kind, mishap);
    }

    @Override
    public String toString() {
      return kind + " " + mishap;
    }
  }

  /** The index is lost as a whole. */
  record Wipe() implements Action {
    @Override
    public void run(JobStory story) {
      story.storage.index.wipe();
      story.spoiled = false;
    }

    @Override
    public String toString() {
      return "lose the index";
    }
  }

  /** Vectors get lost past the job; only a backstop can find out. */
  record Spoil(Set<Long> ids) implements Action {
    @Override
    public void run(JobStory story) {
      story.storage.index.store().generations().stream()
          .filter(generation -> generation.state() != Generation.State.RETIRED)
          .forEach(
              generation -> {
                story.storage.index.store().delete(generation.id(), ids);
                story.spoiled = true;
              });
    }

    @Override
    public String toString() {
      return "lose the vectors of " + new TreeSet<>(ids);
    }
  }

  private final OpenStorage storage;
  private final Scope scope;
  private final boolean seeking;
  private final boolean sharing;
  private final ArchiveModel model;
  private final Set<Long> writtenMeanwhile = new HashSet<>();
  private boolean spoiled;

  /**
   * A story on an empty storage.
   *
   * @param seeking false to let the job use watermarks, also over a store that seeks
   * @param sharing whether the runs take shared leases
   */
  JobStory(OpenStorage storage, Scope scope, boolean seeking, boolean sharing) {
    this.sharing = sharing;
    this.storage = storage;
    model = storage.archive.model();
    this.scope = scope;
    this.seeking = seeking && storage.archive.store().scansBySeeking();
  }

  void run(List<Action> actions) {
    for (Action action : actions) {
      action.run(this);
      if (!spoiled) {
        storage.requireStampsBacked();
      }
    }
    storage.restart();
    run(Kind.BACKSTOP, new Nothing());
    job(Tap.OPEN).retryRejected();
    run(Kind.BACKSTOP, new Nothing());
    storage.requireExact(scope);
  }

  private void write(ArchiveStory.Write write) {
    if (write.possible(model)) {
      write.write(storage.archive.writer());
      write.expect(model);
      writtenMeanwhile.add(write.id());
    }
  }

  private EmbedJob job(Tap tap) {
    MessageStore messages = tap.on(storage.archive.store());
    EmbedJob.Builder job =
        storage
            .job(seeking ? messages : Tap.withoutSeeking(messages), tap.on(storage.index.store()))
            .scope(scope);
    return (sharing ? job.sharedLease() : job).build();
  }

  private void run(Kind kind, Mishap mishap) {
    writtenMeanwhile.clear();
    Set<Long> hiddenBefore = hidden();
    Tap tap = mishap.tap(this);
    boolean undisturbed = mishap instanceof Nothing;
    try {
      EmbedJob job = job(tap);
      RunOutcome outcome =
          switch (kind) {
            case RUN -> job.runOnce();
            case BACKSTOP -> job.runBackstop();
            case REBUILD -> job.rebuild();
          };
      ended(kind, undisturbed, outcome);
    } catch (Tap.Killed killed) {
      storage.restart();
    } finally {
      storage.embedder.failing(List.of());
    }
    Set<Long> hidden = hidden();
    hidden.removeAll(hiddenBefore);
    hidden.removeAll(writtenMeanwhile);
    Expect.equal(
        "EJ-16",
        Set.of(),
        hidden,
        "the messages that need work and that the watermark has passed in this run");
  }

  private void ended(Kind kind, boolean undisturbed, RunOutcome outcome) {
    if (!undisturbed) {
      return;
    }
    boolean ordinary =
        outcome instanceof RunOutcome.Completed || outcome instanceof RunOutcome.Idle;
    Expect.that("EJ-2", ordinary, () -> "a run that nothing disturbs ends as " + outcome);
    if (kind == Kind.BACKSTOP) {
      spoiled = false;
      storage.requireExact(scope);
    } else if (seeking && !spoiled) {
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

  // Random stories

  static Arbitrary<List<Action>> stories(Set<Capability> lacking) {
    Arbitrary<ArchiveStory.Write> writes = ArchiveStory.writes(lacking);
    Arbitrary<Integer> calls = Arbitraries.integers().between(1, 40);
    Arbitrary<Mishap> mishaps =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.just(new Nothing())),
            Tuple.of(3, calls.map(Kill::new)),
            Tuple.of(2, calls.map(FailedCall::new)),
            Tuple.of(3, Combinators.combine(calls, writes).as(Meanwhile::new)),
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
            Tuple.of(1, Arbitraries.just(new Wipe())),
            Tuple.of(1, some.map(Spoil::new)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(20);
  }
}
