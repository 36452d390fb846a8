package io.msgvault.embed.testkit.model;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IncompleteCoverageException;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.testkit.model.ArchiveScenario.Store;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A sequence of actions on two stores that are open on one index, checked against a model after
 * each.
 */
public final class IndexScenario implements AutoCloseable {
  /** The two indexes that scenarios build have these fingerprints. */
  private static final List<Fingerprint> FINGERPRINTS =
      List.of(IndexUnderTest.fingerprint("small", 3), IndexUnderTest.fingerprint("large", 4));

  private static final long UNKNOWN = 1_000_000;
  private static final Instant START = Instant.parse("2024-05-01T00:00:00Z");

  /** A step of a scenario. */
  public sealed interface Action {
    void run(IndexScenario scenario);

    /**
     * The store through which to look at what came of it: by the step alone, so that scenarios
     * shrink.
     */
    default Store observer() {
      return Store.B;
    }
  }

  /** A step of one of the stores; the other one reads the effect. */
  sealed interface StoreAction extends Action {
    Store store();

    @Override
    default Store observer() {
      return store().other();
    }
  }

  /** A step on the n-th generation of the scenario, or on one that is not there. */
  sealed interface GenerationAction extends StoreAction {
    int generation();

    /** Does it to a generation that is there. */
    void applyTo(IndexModel.Entry entry, IndexScenario scenario);

    /** Does it to the id of no generation. */
    void applyToUnknown(IndexScenario scenario);

    @Override
    default void run(IndexScenario scenario) {
      List<IndexModel.Entry> generations = scenario.model.generations;
      if (generation() <= generations.size()) {
        applyTo(generations.get(generation() - 1), scenario);
      } else {
        Expect.thrown(
            "VS-7",
            UnknownGenerationException.class,
            this + ", which is not there,",
            () -> applyToUnknown(scenario));
      }
    }

    /** The generation, for the scenario. */
    default String description() {
      return "generation no. " + generation();
    }
  }

  record Create(Store store, int model, boolean usedId) implements StoreAction {
    @Override
    public void run(IndexScenario scenario) {
      Fingerprint wanted = FINGERPRINTS.get(model);
      long highest = scenario.model.highestId();
      long id = usedId ? Math.max(1, highest) : highest + 1 + model;
      Optional<IndexModel.Entry> building = scenario.model.inState(Generation.State.BUILDING);
      if (building.isPresent() && building.get().fingerprint.equals(wanted)) {
        Expect.equal(
            "VS-2",
            building.get().id,
            scenario.store(store).create(wanted, id).id(),
            "the generation that is resumed");
      } else if (building.isPresent()) {
        GenerationConflictException conflict =
            Expect.thrown(
                "VS-2",
                GenerationConflictException.class,
                this.toString(),
                () -> scenario.store(store).create(wanted, id));
        Expect.equal(
            "VS-2",
            building.get().id,
            conflict.building().id(),
            "the generation that the error names");
        Expect.equal("VS-2", wanted, conflict.requested(), "the fingerprint that the error names");
      } else if (id <= highest) {
        Expect.thrown(
            "VS-3",
            IllegalArgumentException.class,
            this.toString(),
            () -> scenario.store(store).create(wanted, id));
      } else {
        Generation created = scenario.store(store).create(wanted, id);
        Expect.equal("VS-3", id, created.id(), "the id of the generation that is created");
        scenario.model.generations.add(new IndexModel.Entry(id, wanted));
      }
    }

    @Override
    public String toString() {
      return "store "
          + store
          + " creates "
          + FINGERPRINTS.get(model).model()
          + (usedId ? " under a used id" : "");
    }
  }

  record Activate(Store store, int generation, boolean covered) implements GenerationAction {
    private CoverageCheck check() {
      return covered
          ? CoverageCheck.NONE
          : candidate -> {
            throw new IncompleteCoverageException(candidate.id(), new Coverage(1, 0, 0, 0, 1));
          };
    }

    @Override
    public void applyTo(IndexModel.Entry entry, IndexScenario scenario) {
      VectorStore vectors = scenario.store(store);
      if (entry.state != Generation.State.BUILDING) {
        Expect.thrown(
            "VS-4",
            GenerationStateException.class,
            this.toString(),
            () -> vectors.activate(entry.id, check()));
      } else if (!covered) {
        Expect.thrown(
            "VS-4",
            IncompleteCoverageException.class,
            this.toString(),
            () -> vectors.activate(entry.id, check()));
      } else {
        vectors.activate(entry.id, check());
        scenario.model.inState(Generation.State.ACTIVE).ifPresent(IndexModel.Entry::retire);
        entry.state = Generation.State.ACTIVE;
        entry.wasActive = true;
      }
    }

    @Override
    public void applyToUnknown(IndexScenario scenario) {
      scenario.store(store).activate(UNKNOWN, check());
    }

    @Override
    public String toString() {
      return "store "
          + store
          + " activates "
          + description()
          + (covered ? "" : ", which is not covered");
    }
  }

  record Retire(Store store, int generation, boolean forced) implements GenerationAction {
    @Override
    public void applyTo(IndexModel.Entry entry, IndexScenario scenario) {
      VectorStore vectors = scenario.store(store);
      if (forced) {
        vectors.forceRetire(entry.id);
        entry.retire();
      } else if (entry.state == Generation.State.ACTIVE) {
        Expect.thrown(
            "VS-5",
            GenerationStateException.class,
            this.toString(),
            () -> vectors.retire(entry.id));
      } else {
        vectors.retire(entry.id);
        entry.retire();
      }
    }

    @Override
    public void applyToUnknown(IndexScenario scenario) {
      if (forced) {
        scenario.store(store).forceRetire(UNKNOWN);
      } else {
        scenario.store(store).retire(UNKNOWN);
      }
    }

    @Override
    public String toString() {
      return "store " + store + " retires " + description() + (forced ? " by force" : "");
    }
  }

  record Revive(Store store, int generation) implements GenerationAction {
    @Override
    public void applyTo(IndexModel.Entry entry, IndexScenario scenario) {
      VectorStore vectors = scenario.store(store);
      if (!entry.retired()) {
        Expect.thrown(
            "VS-22",
            GenerationStateException.class,
            this.toString(),
            () -> vectors.revive(entry.id));
      } else if (!entry.reclaimed) {
        revive(entry, scenario, vectors);
      }
    }

    private void revive(IndexModel.Entry entry, IndexScenario scenario, VectorStore vectors) {
      if (scenario.model.inState(Generation.State.BUILDING).isPresent()) {
        Expect.thrown(
            "VS-22",
            GenerationConflictException.class,
            this.toString(),
            () -> vectors.revive(entry.id));
        return;
      }
      Generation revived = vectors.revive(entry.id);
      entry.revive();
      Expect.equal("VS-22", entry.state, revived.state(), "the state that " + this + " returns");
    }

    @Override
    public void applyToUnknown(IndexScenario scenario) {
      scenario.store(store).revive(UNKNOWN);
    }

    @Override
    public String toString() {
      return "store " + store + " revives " + description();
    }
  }

  record Reclaim(Store store) implements StoreAction {
    @Override
    public void run(IndexScenario scenario) {
      VectorStore vectors = scenario.store(store);
      vectors.dropRetired();
      scenario.model.generations.stream()
          .filter(IndexModel.Entry::retired)
          .filter(entry -> !isLeftForLater(entry, scenario, vectors))
          .forEach(
              entry -> {
                entry.messages.clear();
                entry.reclaimed = true;
              });
    }

    /** A store may leave the vectors of a generation whose lease is held. */
    private static boolean isLeftForLater(
        IndexModel.Entry entry, IndexScenario scenario, VectorStore vectors) {
      return scenario.leases.containsKey(entry.id) && vectors.size(entry.id).messages() > 0;
    }

    @Override
    public String toString() {
      return "store " + store + " reclaims";
    }
  }

  /** Upserts vectors of 3 components, or of 4 where the generation has 4. */
  record Upsert(Store store, int generation, Map<Long, List<float[]>> batch, long revision)
      implements GenerationAction {
    @Override
    public void applyTo(IndexModel.Entry entry, IndexScenario scenario) {
      List<MessageVectors> messages = messages(entry.fingerprint.dimension());
      VectorStore vectors = scenario.store(store);
      if (entry.retired()) {
        Expect.thrown(
            "VS-5",
            GenerationStateException.class,
            this.toString(),
            () -> vectors.upsert(entry.id, messages));
      } else {
        vectors.upsert(entry.id, messages);
        messages.forEach(message -> entry.messages.put(message.messageId(), message));
      }
    }

    @Override
    public void applyToUnknown(IndexScenario scenario) {
      scenario.store(store).upsert(UNKNOWN, messages(3));
    }

    private List<MessageVectors> messages(int dimension) {
      return batch.entrySet().stream()
          .map(
              entry ->
                  IndexUnderTest.message(
                      entry.getKey(),
                      revision,
                      entry.getValue().stream()
                          .map(vector -> Arrays.copyOf(vector, dimension))
                          .toList()))
          .toList();
    }

    @Override
    public String toString() {
      StringBuilder chunks = new StringBuilder();
      new TreeMap<>(batch)
          .forEach(
              (id, vectors) ->
                  chunks
                      .append(' ')
                      .append(id)
                      .append(':')
                      .append(vectors.stream().map(Arrays::toString).toList()));
      return "store "
          + store
          + " upserts into "
          + description()
          + " at revision "
          + revision
          + chunks;
    }
  }

  /** Upserts a good message and one that does not fit. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record UpsertInvalid(Store store, int generation, float[] invalid) implements GenerationAction {
    @Override
    public void applyTo(IndexModel.Entry entry, IndexScenario scenario) {
      float[] good = new float[entry.fingerprint.dimension()];
      good[0] = 1;
      float[] bad =
          invalid.length == 3 ? Arrays.copyOf(invalid, good.length) : new float[good.length + 1];
      List<MessageVectors> batch =
          List.of(
              IndexUnderTest.message(1, good),
              IndexUnderTest.message(2, good, bad),
              IndexUnderTest.message(3, good));
      Expect.ThrowingRunnable upsert = () -> scenario.store(store).upsert(entry.id, batch);
      if (entry.retired()) {
        Expect.thrown("VS-5", GenerationStateException.class, this.toString(), upsert);
      } else {
        Expect.thrown("VS-7", InvalidVectorException.class, this.toString(), upsert);
      }
    }

    @Override
    public void applyToUnknown(IndexScenario scenario) {
      scenario.store(store).upsert(UNKNOWN, List.of(IndexUnderTest.message(1, invalid)));
    }

    @Override
    public String toString() {
      return "store "
          + store
          + " upserts into "
          + description()
          + " the vector "
          + Arrays.toString(invalid);
    }
  }

  record Delete(Store store, int generation, Set<Long> ids) implements GenerationAction {
    @Override
    public void applyTo(IndexModel.Entry entry, IndexScenario scenario) {
      scenario.store(store).delete(entry.id, ids);
      entry.messages.keySet().removeAll(ids);
    }

    @Override
    public void applyToUnknown(IndexScenario scenario) {
      scenario.store(store).delete(UNKNOWN, ids);
    }

    @Override
    public String toString() {
      return "store " + store + " deletes " + new TreeSet<>(ids) + " from " + description();
    }
  }

  /** Advances the watermark as read now, or as read before the last change of it. */
  record AdvanceWatermark(Store store, int generation, long by, boolean late)
      implements GenerationAction {
    @Override
    public void applyTo(IndexModel.Entry entry, IndexScenario scenario) {
      Watermark read = scenario.store(store).watermark(entry.id);
      Watermark from = late ? new Watermark(read.id(), read.epoch() - 1) : read;
      boolean moved = scenario.store(store).advanceWatermark(entry.id, from, from.id() + by);
      Expect.equal("VS-14", !late, moved, "whether the watermark moved when " + this);
      if (moved) {
        entry.watermark = from.id() + by;
      }
    }

    @Override
    public void applyToUnknown(IndexScenario scenario) {
      scenario.store(store).advanceWatermark(UNKNOWN, new Watermark(0, 0), by);
    }

    @Override
    public String toString() {
      return "store "
          + store
          + " advances the watermark of "
          + description()
          + " by "
          + by
          + (late ? ", as read before a lowering" : "");
    }
  }

  record LowerWatermark(Store store, long belowId) implements StoreAction {
    @Override
    public void run(IndexScenario scenario) {
      scenario.store(store).lowerWatermarks(belowId);
      for (IndexModel.Entry entry : scenario.model.generations) {
        entry.watermark = Math.min(entry.watermark, belowId - 1);
        long epoch = scenario.store(store).watermark(entry.id).epoch();
        Expect.that(
            "VS-14",
            epoch > entry.epoch,
            () -> this + ", but the epoch of generation " + entry.id + " stays " + epoch);
      }
    }

    @Override
    public String toString() {
      return "store " + store + " lowers all watermarks below " + belowId;
    }
  }

  record AcquireLease(Store store, int generation) implements GenerationAction {
    @Override
    public void applyTo(IndexModel.Entry entry, IndexScenario scenario) {
      Optional<Lease> lease = scenario.store(store).lease(entry.id);
      Expect.equal(
          "VS-15",
          entry.worker.isEmpty(),
          lease.isPresent(),
          "whether the lease is free when " + this);
      lease.ifPresent(
          acquired -> {
            Expect.that("VS-15", acquired.isHeld(), "a new lease is not held");
            scenario.leases.put(entry.id, acquired);
            entry.worker = Optional.of(store);
          });
    }

    @Override
    public void applyToUnknown(IndexScenario scenario) {
      scenario.store(store).lease(UNKNOWN);
    }

    @Override
    public String toString() {
      return "store " + store + " takes the lease of " + description();
    }
  }

  record ReleaseLease(int generation) implements Action {
    @Override
    public void run(IndexScenario scenario) {
      if (generation <= scenario.model.generations.size()) {
        IndexModel.Entry entry = scenario.model.generations.get(generation - 1);
        Lease lease = scenario.leases.remove(entry.id);
        if (lease != null) {
          Expect.that(
              "VS-15", lease.isHeld(), "a lease that was neither closed nor lost is not held");
          lease.close();
          lease.close();
          Expect.that("VS-15", !lease.isHeld(), "a closed lease is held");
          entry.worker = Optional.empty();
        }
      }
    }

    @Override
    public String toString() {
      return "the lease of generation no. " + generation + " is closed";
    }
  }

  record BeginRun(Store store, int generation, RunKind kind) implements GenerationAction {
    @Override
    public void applyTo(IndexModel.Entry entry, IndexScenario scenario) {
      RunRecord begun = scenario.store(store).beginRun(entry.id, kind, scenario.now());
      RunRecord expected = RunRecord.builder(begun.id(), entry.id, kind, scenario.now()).build();
      Expect.equal("VS-17", expected, begun, "the run that begins");
      scenario.model.begin(begun);
      if (kind == RunKind.BACKSTOP) {
        scenario.store(store).recordBackstop(entry.id, scenario.now());
        entry.lastBackstop = Optional.of(scenario.now());
      }
    }

    @Override
    public void applyToUnknown(IndexScenario scenario) {
      scenario.store(store).beginRun(UNKNOWN, kind, scenario.now());
    }

    @Override
    public String toString() {
      return "store "
          + store
          + " begins a "
          + (kind == RunKind.BACKSTOP ? "backstop" : "run")
          + " of "
          + description();
    }
  }

  record EndRun(Store store, RunRecord.Status status) implements StoreAction {
    @Override
    public void run(IndexScenario scenario) {
      for (int i = 0; i < scenario.model.runs.size(); i++) {
        RunRecord run = scenario.model.runs.get(i);
        if (run.status() == RunRecord.Status.RUNNING) {
          RunCounts counts =
              RunCounts.builder()
                  .scanned(12)
                  .embedded(1)
                  .blank(2)
                  .rejected(3)
                  .missed(4)
                  .failed(5)
                  .reused(6)
                  .chunks(7)
                  .requests(8)
                  .retries(9)
                  .tokens(12)
                  .unstamped(10)
                  .orphans(11)
                  .build();
          RunRecord ended = run.end(scenario.now(), status, counts, "why 'it' ended");
          scenario.store(store).endRun(ended);
          scenario.model.runs.set(i, ended);
          return;
        }
      }
    }

    @Override
    public String toString() {
      return "store " + store + " ends the oldest run as " + status;
    }
  }

  record Reopen(Store store) implements StoreAction {
    @Override
    public void run(IndexScenario scenario) {
      scenario.store(store).close();
      scenario.model.generations.stream()
          .filter(entry -> entry.worker.equals(Optional.of(store)))
          .forEach(
              entry -> {
                entry.worker = Optional.empty();
                scenario.leases.remove(entry.id);
              });
      if (store == Store.A) {
        scenario.a = scenario.index.open();
      } else {
        scenario.b = scenario.index.open();
      }
    }

    @Override
    public String toString() {
      return "reopen store " + store;
    }
  }

  private final IndexUnderTest index;
  private final boolean exact;
  private final IndexModel model = new IndexModel();
  private final Map<Long, Lease> leases = new TreeMap<>();
  private VectorStore a;
  private VectorStore b;
  private int step;

  public IndexScenario(IndexUnderTest index, boolean exact) {
    this.index = index;
    this.exact = exact;
    a = index.open();
    b = index.open();
  }

  /** Runs the scenario, and looks at it after each step. */
  public void run(Collection<Action> actions) {
    for (Action action : actions) {
      action.run(this);
      model.compare(store(action.observer()), exact);
      step++;
    }
  }

  private VectorStore store(Store which) {
    return which == Store.A ? a : b;
  }

  private Instant now() {
    return START.plusSeconds(step);
  }

  @Override
  public void close() {
    leases.values().forEach(Lease::close);
    index.close();
  }

  // Random scenarios

  public static Arbitrary<List<Action>> scenarios() {
    Arbitrary<Store> stores = Arbitraries.of(Store.class);
    Arbitrary<Boolean> either = Arbitraries.of(true, false);
    Arbitrary<Integer> generations =
        Arbitraries.frequency(Tuple.of(6, 1), Tuple.of(5, 2), Tuple.of(3, 3), Tuple.of(1, 4));
    Arbitrary<Long> ids = Arbitraries.longs().between(1, IndexModel.IDS);
    Arbitrary<List<float[]>> chunks = Generators.vectors(3).list().ofMinSize(1).ofMaxSize(3);
    return Arbitraries.<Action>frequencyOf(
            Tuple.of(
                6,
                Combinators.combine(
                        stores,
                        Arbitraries.of(0, 0, 0, 1),
                        Arbitraries.of(false, false, false, true))
                    .as(Create::new)),
            Tuple.of(
                3,
                Combinators.combine(stores, generations, Arbitraries.of(true, true, false))
                    .as(Activate::new)),
            Tuple.of(2, Combinators.combine(stores, generations, either).as(Retire::new)),
            Tuple.of(2, Combinators.combine(stores, generations).as(Revive::new)),
            Tuple.of(1, stores.map(Reclaim::new)),
            Tuple.of(
                10,
                Combinators.combine(
                        stores,
                        generations,
                        Arbitraries.maps(ids, chunks).ofMinSize(1).ofMaxSize(4),
                        Arbitraries.longs().between(1, 9))
                    .as(Upsert::new)),
            Tuple.of(
                2,
                Combinators.combine(stores, generations, Generators.invalidVectors(3))
                    .as(UpsertInvalid::new)),
            Tuple.of(
                3,
                Combinators.combine(stores, generations, ids.set().ofMaxSize(3)).as(Delete::new)),
            Tuple.of(
                3,
                Combinators.combine(
                        stores,
                        generations,
                        Arbitraries.longs().between(0, 50),
                        Arbitraries.of(false, false, true))
                    .as(AdvanceWatermark::new)),
            Tuple.of(
                1,
                Combinators.combine(stores, Arbitraries.longs().between(1, 60))
                    .as(LowerWatermark::new)),
            Tuple.of(2, Combinators.combine(stores, generations).as(AcquireLease::new)),
            Tuple.of(2, generations.map(ReleaseLease::new)),
            Tuple.of(
                2,
                Combinators.combine(stores, generations, Arbitraries.of(RunKind.class))
                    .as(BeginRun::new)),
            Tuple.of(
                1,
                Combinators.combine(
                        stores,
                        Arbitraries.of(
                            RunRecord.Status.COMPLETED,
                            RunRecord.Status.FAILED,
                            RunRecord.Status.CANCELLED))
                    .as(EndRun::new)),
            Tuple.of(1, stores.map(Reopen::new)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(25);
  }
}
