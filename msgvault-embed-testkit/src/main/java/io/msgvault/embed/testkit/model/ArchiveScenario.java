package io.msgvault.embed.testkit.model;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.RawWrite;
import io.msgvault.embed.testkit.RuleViolation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A sequence of actions on an archive and on two stores that are open on it, checked against a
 * model after each.
 */
public final class ArchiveScenario implements AutoCloseable {
  /** A step of a scenario. One that makes no sense where it stands does nothing. */
  public sealed interface Action {
    void run(ArchiveScenario scenario);

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

  /** A step that writes to the archive, and so may be part of a transaction. */
  public sealed interface Write extends Action {
    /** The message it writes to. */
    long id();

    /** Returns whether the step is possible now. */
    boolean isApplicable(ArchiveModel model);

    /** Writes. */
    void write(ArchiveWriter writer);

    /** Says what must come of it. */
    void updateModel(ArchiveModel model);

    @Override
    default Store observer() {
      return id() % 2 == 0 ? Store.A : Store.B;
    }

    @Override
    default void run(ArchiveScenario scenario) {
      if (isApplicable(scenario.model)) {
        write(scenario.archive.writer());
        updateModel(scenario.model);
      }
    }
  }

  /** One of the two stores. */
  public enum Store {
    A,
    B;

    Store other() {
      return this == A ? B : A;
    }
  }

  /** The choices for the revision of a stamp. */
  enum StampRevision {
    CURRENT,
    BEFORE_LAST_EDIT,
    UNKNOWN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  record Insert(long id, ArchiveMessage message) implements Write {
    @Override
    public boolean isApplicable(ArchiveModel model) {
      return !model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.insert(id, message);
    }

    @Override
    public void updateModel(ArchiveModel model) {
      model.insert(id, message);
    }

    @Override
    public String toString() {
      return "insert " + id + " " + message;
    }
  }

  record Edit(long id, ArchiveMessage.Content content) implements Write {
    @Override
    public boolean isApplicable(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.edit(id, content);
    }

    @Override
    public void updateModel(ArchiveModel model) {
      model.edit(id, content);
    }

    @Override
    public String toString() {
      return "edit " + id + " to " + content;
    }
  }

  record UpdateMetadata(long id, ArchiveMessage.Metadata metadata) implements Write {
    @Override
    public boolean isApplicable(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.updateMetadata(id, metadata);
    }

    @Override
    public void updateModel(ArchiveModel model) {
      model.updateMetadata(id, metadata);
    }

    @Override
    public String toString() {
      return "describe " + id + " as " + metadata;
    }
  }

  record Delete(long id) implements Write {
    @Override
    public boolean isApplicable(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.delete(id);
    }

    @Override
    public void updateModel(ArchiveModel model) {
      model.delete(id);
    }

    @Override
    public String toString() {
      return "delete " + id;
    }
  }

  record Restore(long id) implements Write {
    @Override
    public boolean isApplicable(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.restore(id);
    }

    @Override
    public void updateModel(ArchiveModel model) {
      model.restore(id);
    }

    @Override
    public String toString() {
      return "restore " + id;
    }
  }

  record Purge(long id) implements Write {
    @Override
    public boolean isApplicable(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.purge(id);
    }

    @Override
    public void updateModel(ArchiveModel model) {
      model.purge(id);
    }

    @Override
    public String toString() {
      return "purge " + id;
    }
  }

  /** Writes the same content again. */
  record RewriteUnchanged(long id) implements Action {
    @Override
    public void run(ArchiveScenario scenario) {
      if (scenario.model.has(id)) {
        new Edit(id, scenario.model.message(id).content()).run(scenario);
      }
    }

    @Override
    public String toString() {
      return "write " + id + " again as it is";
    }
  }

  /** A raw write of the fixture; what it did to the content is read back. */
  record RawStatement(long id, int number) implements Action {
    @Override
    public void run(ArchiveScenario scenario) {
      if (scenario.rawWrites.isEmpty() || !scenario.model.isLive(id)) {
        return;
      }
      RawWrite raw = select(scenario.rawWrites);
      raw.write().accept(id);
      ArchiveMessage.Metadata metadata = scenario.model.message(id).metadata();
      Scope scope = new Scope(known(metadata.type()), known(metadata.source()));
      if (scenario.archive.store().filterIds(List.of(id), scope.asFilter()).isEmpty()) {
        throw new IllegalStateException(
            "the fixture's raw write must leave type, source and liveness alone: " + raw);
      }
      scenario.model.edit(id, ArchiveUnderTest.content(scenario.archive.find(id)));
      scenario.model.mayHaveRemoved(id, scenario.archive.store());
    }

    private static Set<String> known(String name) {
      return name.isEmpty() ? Set.of() : Set.of(name);
    }

    private RawWrite select(List<RawWrite> all) {
      return all.get(number % all.size());
    }

    @Override
    public String toString() {
      return "raw write " + number + " on " + id;
    }
  }

  /** Several writes in one transaction. */
  record Transaction(List<Write> writes, boolean committed) implements Action {
    /** Ends a transaction without a commit. */
    private static final class RolledBack extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    @Override
    public void run(ArchiveScenario scenario) {
      Set<Long> written = new HashSet<>();
      List<Write> possible =
          writes.stream()
              .filter(write -> write.isApplicable(scenario.model) && written.add(write.id()))
              .toList();
      Consumer<ArchiveWriter> work =
          writer -> {
            possible.forEach(write -> write.write(writer));
            scenario.model.compare(scenario.archive.store());
            if (!committed) {
              throw new RolledBack();
            }
          };
      if (committed) {
        scenario.archive.writer().atomically(work);
        possible.forEach(write -> write.updateModel(scenario.model));
      } else {
        Expect.thrown(
            "MS-5",
            RolledBack.class,
            "a transaction",
            () -> scenario.archive.writer().atomically(work));
      }
    }

    @Override
    public String toString() {
      return (committed ? "in one transaction: " : "in a transaction that is rolled back: ")
          + writes;
    }
  }

  record StampMessages(
      Store store, long target, Set<Long> ids, StampRevision revision, Stamp.Outcome outcome)
      implements StoreAction {
    private static final long NEVER = 1_000_003;

    @Override
    public void run(ArchiveScenario scenario) {
      List<Stamp> stamps = new ArrayList<>();
      for (long id : new TreeSet<>(ids)) {
        long current = scenario.model.revision(id).orElse(1);
        long stamped =
            switch (revision) {
              case CURRENT -> current;
              case BEFORE_LAST_EDIT -> scenario.model.previousRevision(id).orElse(current + NEVER);
              case UNKNOWN -> current + NEVER;
            };
        stamps.add(new Stamp(id, stamped, outcome));
      }
      Set<Long> missed = new HashSet<>();
      for (Stamp stamp : stamps) {
        if (!scenario.model.stamp(target, stamp)) {
          missed.add(stamp.messageId());
        }
      }
      Expect.equal(
          "MS-7",
          missed,
          scenario.store(store).stamp(target, stamps),
          "the ids that stamp says were missed");
    }

    @Override
    public String toString() {
      return "store "
          + store
          + " stamps "
          + new TreeSet<>(ids)
          + ", "
          + revision
          + ", for "
          + target
          + " as "
          + outcome;
    }
  }

  record Unstamp(Store store, Set<Long> ids) implements StoreAction {
    @Override
    public void run(ArchiveScenario scenario) {
      scenario.store(store).unstamp(ids);
      ids.forEach(scenario.model::unstamp);
    }

    @Override
    public String toString() {
      return "store " + store + " unstamps " + new TreeSet<>(ids);
    }
  }

  record ReserveGeneration(Store store, long above) implements StoreAction {
    @Override
    public void run(ArchiveScenario scenario) {
      long id = scenario.store(store).reserveGenerationId(above);
      long least = Math.max(Math.max(above, scenario.reserved), scenario.model.highestTarget()) + 1;
      Expect.that(
          "MS-16",
          id >= least,
          () ->
              "the generation id " + id + " is handed out, but the next one is at least " + least);
      scenario.reserved = id;
    }

    @Override
    public String toString() {
      return "store " + store + " reserves a generation id above " + above;
    }
  }

  /** Settles one of the removals that are listed, and one that is not. */
  record Settle(Store store, int number) implements StoreAction {
    @Override
    public void run(ArchiveScenario scenario) {
      List<Removal> listed = scenario.model.removals();
      if (!listed.isEmpty()) {
        Removal settled = listed.get(number % listed.size());
        scenario
            .store(store)
            .settleRemoved(List.of(settled, new Removal(Long.MAX_VALUE, settled.messageId())));
        scenario.model.settle(settled);
      }
    }

    @Override
    public String toString() {
      return "store " + store + " settles removal " + number;
    }
  }

  record Reopen(Store store) implements StoreAction {
    @Override
    public void run(ArchiveScenario scenario) {
      scenario.store(store).close();
      if (store == Store.A) {
        scenario.a = scenario.archive.open();
      } else {
        scenario.b = scenario.archive.open();
      }
    }

    @Override
    public String toString() {
      return "reopen store " + store;
    }
  }

  private final ArchiveUnderTest archive;
  private final ArchiveModel model;
  private final List<RawWrite> rawWrites;
  private MessageStore a;
  private MessageStore b;
  private long reserved;

  public ArchiveScenario(ArchiveUnderTest archive, Collection<RawWrite> rawWrites) {
    this.archive = archive;
    model = archive.model();
    this.rawWrites = List.copyOf(rawWrites);
    a = archive.open();
    b = archive.open();
  }

  /** Runs the scenario, and looks at it after each step. */
  public void run(List<Action> actions) {
    try {
      for (Action action : actions) {
        model.begin();
        action.run(this);
        model.compare(store(action.observer()));
      }
    } catch (RuleViolation broken) {
      throw broken.withDetail(rawWriteLegend(actions));
    }
  }

  /** The raw writes of the fixture that the steps stand for. */
  private String rawWriteLegend(List<Action> actions) {
    return rawWrites.isEmpty()
        ? ""
        : actions.stream()
            .filter(RawStatement.class::isInstance)
            .map(RawStatement.class::cast)
            .map(raw -> "\n  where raw write " + raw.number + " is: " + raw.select(rawWrites))
            .distinct()
            .collect(Collectors.joining());
  }

  private MessageStore store(Store which) {
    return which == Store.A ? a : b;
  }

  @Override
  public void close() {
    archive.close();
  }

  // Random scenarios

  /** Writes to a handful of messages, as far as the archive offers them. */
  public static Arbitrary<Write> writes(Set<Capability> unsupported) {
    boolean nul = !unsupported.contains(Capability.NUL_CHARACTERS);
    boolean softly = !unsupported.contains(Capability.SOFT_DELETION);
    Arbitrary<Long> ids = Arbitraries.longs().between(1, ArchiveModel.IDS);
    return Arbitraries.frequencyOf(
        Tuple.of(5, Combinators.combine(ids, Generators.messages(nul)).as(Insert::new)),
        Tuple.of(4, Combinators.combine(ids, Generators.contents(nul)).as(Edit::new)),
        Tuple.of(2, Combinators.combine(ids, Generators.shortMetadata()).as(UpdateMetadata::new)),
        Tuple.of(softly ? 2 : 0, ids.map(Delete::new)),
        Tuple.of(softly ? 2 : 0, ids.map(Restore::new)),
        Tuple.of(1, ids.map(Purge::new)));
  }

  public static Arbitrary<List<Action>> scenarios(Set<Capability> unsupported) {
    Arbitrary<Long> ids = Arbitraries.longs().between(1, ArchiveModel.IDS);
    Arbitrary<Set<Long>> some = ids.set().ofMinSize(1).ofMaxSize(3);
    Arbitrary<Store> stores = Arbitraries.of(Store.class);
    Arbitrary<Write> writes = writes(unsupported);
    Arbitrary<Stamp.Outcome> outcomes =
        Arbitraries.of(
            new Stamp.Embedded(),
            new Stamp.Blank(),
            new Stamp.Rejected("too long"),
            new Stamp.Rejected("𝒯o🫖 'odd'"));
    Arbitrary<Long> targets = Arbitraries.longs().between(1, ArchiveModel.TARGETS);
    Arbitrary<StampRevision> reads =
        Arbitraries.frequency(
            Tuple.of(6, StampRevision.CURRENT),
            Tuple.of(2, StampRevision.BEFORE_LAST_EDIT),
            Tuple.of(1, StampRevision.UNKNOWN));
    return Arbitraries.<Action>frequencyOf(
            Tuple.of(16, writes),
            Tuple.of(1, ids.map(RewriteUnchanged::new)),
            Tuple.of(
                3,
                Combinators.combine(ids, Arbitraries.integers().between(0, 99))
                    .as(RawStatement::new)),
            Tuple.of(
                2,
                Combinators.combine(writes.list().ofMaxSize(4), Arbitraries.of(true, false))
                    .as(Transaction::new)),
            Tuple.of(
                8,
                Combinators.combine(stores, targets, some, reads, outcomes).as(StampMessages::new)),
            Tuple.of(1, Combinators.combine(stores, some).as(Unstamp::new)),
            Tuple.of(
                1,
                Combinators.combine(stores, Arbitraries.longs().between(0, 9))
                    .as(ReserveGeneration::new)),
            Tuple.of(
                1,
                Combinators.combine(stores, Arbitraries.integers().between(0, 9)).as(Settle::new)),
            Tuple.of(1, stores.map(Reopen::new)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(25);
  }
}
