package io.msgvault.embed.testkit;

import io.msgvault.embed.MessageStore;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
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
final class ArchiveStory implements AutoCloseable {
  /** A step of a story. One that makes no sense where it stands does nothing. */
  sealed interface Action {
    void run(ArchiveStory story);

    /**
     * The store through which to look at what came of it: by the step alone, so that stories
     * shrink.
     */
    default Store witness() {
      return Store.B;
    }
  }

  /** A step of one of the stores; the other is asked what came of it. */
  sealed interface OfStore extends Action {
    Store store();

    @Override
    default Store witness() {
      return store().other();
    }
  }

  /** A step that writes to the archive, and so may be part of a transaction. */
  sealed interface Write extends Action {
    /** The message it writes to. */
    long id();

    /** Whether it makes sense as things are. */
    boolean possible(ArchiveModel model);

    /** Writes. */
    void write(ArchiveWriter writer);

    /** Says what must come of it. */
    void expect(ArchiveModel model);

    @Override
    default Store witness() {
      return id() % 2 == 0 ? Store.A : Store.B;
    }

    @Override
    default void run(ArchiveStory story) {
      if (possible(story.model)) {
        write(story.archive.writer());
        expect(story.model);
      }
    }
  }

  /** One of the two stores. */
  enum Store {
    A,
    B;

    Store other() {
      return this == A ? B : A;
    }
  }

  /** Which revision a stamp is given. */
  enum Read {
    JUST_READ,
    READ_BEFORE_THE_LAST_EDIT,
    NEVER_READ;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  record Insert(long id, ArchiveMessage message) implements Write {
    @Override
    public boolean possible(ArchiveModel model) {
      return !model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.insert(id, message);
    }

    @Override
    public void expect(ArchiveModel model) {
      model.insert(id, message);
    }

    @Override
    public String toString() {
      return "insert " + id + " " + message;
    }
  }

  record Edit(long id, ArchiveMessage.Content content) implements Write {
    @Override
    public boolean possible(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.edit(id, content);
    }

    @Override
    public void expect(ArchiveModel model) {
      model.edit(id, content);
    }

    @Override
    public String toString() {
      return "edit " + id + " to " + content;
    }
  }

  record Describe(long id, ArchiveMessage.Metadata metadata) implements Write {
    @Override
    public boolean possible(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.describe(id, metadata);
    }

    @Override
    public void expect(ArchiveModel model) {
      model.describe(id, metadata);
    }

    @Override
    public String toString() {
      return "describe " + id + " as " + metadata;
    }
  }

  record Delete(long id) implements Write {
    @Override
    public boolean possible(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.delete(id);
    }

    @Override
    public void expect(ArchiveModel model) {
      model.delete(id);
    }

    @Override
    public String toString() {
      return "delete " + id;
    }
  }

  record Restore(long id) implements Write {
    @Override
    public boolean possible(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.restore(id);
    }

    @Override
    public void expect(ArchiveModel model) {
      model.restore(id);
    }

    @Override
    public String toString() {
      return "restore " + id;
    }
  }

  record Purge(long id) implements Write {
    @Override
    public boolean possible(ArchiveModel model) {
      return model.has(id);
    }

    @Override
    public void write(ArchiveWriter writer) {
      writer.purge(id);
    }

    @Override
    public void expect(ArchiveModel model) {
      model.purge(id);
    }

    @Override
    public String toString() {
      return "purge " + id;
    }
  }

  /** Writes the same content again. */
  record Rewrite(long id) implements Action {
    @Override
    public void run(ArchiveStory story) {
      if (story.model.has(id)) {
        new Edit(id, story.model.message(id).content()).run(story);
      }
    }

    @Override
    public String toString() {
      return "write " + id + " again as it is";
    }
  }

  /** A raw write of the fixture; what it did to the content is read back. */
  record Raw(long id, int number) implements Action {
    @Override
    public void run(ArchiveStory story) {
      if (story.rawWrites.isEmpty() || !story.model.isLive(id)) {
        return;
      }
      RawWrite raw = of(story.rawWrites);
      raw.write().accept(id);
      ArchiveMessage.Metadata metadata = story.model.message(id).metadata();
      Scope scope = new Scope(known(metadata.type()), known(metadata.source()));
      if (story.archive.store().retain(List.of(id), scope.asFilter()).isEmpty()) {
        throw new IllegalStateException(
            "the fixture's raw write must leave type, source and liveness alone: " + raw);
      }
      story.model.edit(id, OpenArchive.content(story.archive.find(id)));
    }

    private static Set<String> known(String name) {
      return name.isEmpty() ? Set.of() : Set.of(name);
    }

    private RawWrite of(List<RawWrite> all) {
      return all.get(number % all.size());
    }

    @Override
    public String toString() {
      return "raw write " + number + " on " + id;
    }
  }

  /** Several writes in one transaction. */
  record Together(List<Write> writes, boolean committed) implements Action {
    /** Ends a transaction without a commit. */
    private static final class RolledBack extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    @Override
    public void run(ArchiveStory story) {
      Set<Long> written = new HashSet<>();
      List<Write> possible =
          writes.stream()
              .filter(write -> write.possible(story.model) && written.add(write.id()))
              .toList();
      Consumer<ArchiveWriter> work =
          writer -> {
            possible.forEach(write -> write.write(writer));
            story.model.compare(story.archive.store());
            if (!committed) {
              throw new RolledBack();
            }
          };
      if (committed) {
        story.archive.writer().atomically(work);
        possible.forEach(write -> write.expect(story.model));
      } else {
        Expect.thrown(
            "MS-5",
            RolledBack.class,
            "a transaction",
            () -> story.archive.writer().atomically(work));
      }
    }

    @Override
    public String toString() {
      return (committed ? "in one transaction: " : "in a transaction that is rolled back: ")
          + writes;
    }
  }

  record StampAs(Store store, long target, Set<Long> ids, Read read, Stamp.Outcome outcome)
      implements OfStore {
    private static final long NEVER = 1_000_003;

    @Override
    public void run(ArchiveStory story) {
      List<Stamp> stamps = new ArrayList<>();
      for (long id : new TreeSet<>(ids)) {
        long current = story.model.revision(id).orElse(1);
        long revision =
            switch (read) {
              case JUST_READ -> current;
              case READ_BEFORE_THE_LAST_EDIT ->
                  story.model.formerRevision(id).orElse(current + NEVER);
              case NEVER_READ -> current + NEVER;
            };
        stamps.add(new Stamp(id, revision, outcome));
      }
      Set<Long> missed = new HashSet<>();
      for (Stamp stamp : stamps) {
        if (!story.model.stamp(target, stamp)) {
          missed.add(stamp.messageId());
        }
      }
      Expect.equal(
          "MS-7",
          missed,
          story.store(store).stamp(target, stamps),
          "the ids that stamp says were missed");
    }

    @Override
    public String toString() {
      return "store "
          + store
          + " stamps "
          + new TreeSet<>(ids)
          + ", "
          + read
          + ", for "
          + target
          + " as "
          + outcome;
    }
  }

  record Unstamp(Store store, Set<Long> ids) implements OfStore {
    @Override
    public void run(ArchiveStory story) {
      story.store(store).unstamp(ids);
      ids.forEach(story.model::unstamp);
    }

    @Override
    public String toString() {
      return "store " + store + " unstamps " + new TreeSet<>(ids);
    }
  }

  record Reserve(Store store, long above) implements OfStore {
    @Override
    public void run(ArchiveStory story) {
      long id = story.store(store).reserveGenerationId(above);
      long least = Math.max(Math.max(above, story.reserved), story.model.highestTarget()) + 1;
      Expect.that(
          "MS-16",
          id >= least,
          () ->
              "the generation id " + id + " is handed out, but the next one is at least " + least);
      story.reserved = id;
    }

    @Override
    public String toString() {
      return "store " + store + " reserves a generation id above " + above;
    }
  }

  record Reopen(Store store) implements OfStore {
    @Override
    public void run(ArchiveStory story) {
      story.store(store).close();
      if (store == Store.A) {
        story.a = story.archive.open();
      } else {
        story.b = story.archive.open();
      }
    }

    @Override
    public String toString() {
      return "reopen store " + store;
    }
  }

  private final OpenArchive archive;
  private final ArchiveModel model;
  private final List<RawWrite> rawWrites;
  private MessageStore a;
  private MessageStore b;
  private long reserved;

  ArchiveStory(OpenArchive archive, Collection<RawWrite> rawWrites) {
    this.archive = archive;
    model = archive.model();
    this.rawWrites = List.copyOf(rawWrites);
    a = archive.open();
    b = archive.open();
  }

  /** Runs the story, and looks at it after each step. */
  void run(List<Action> actions) {
    try {
      for (Action action : actions) {
        model.begin();
        action.run(this);
        model.compare(store(action.witness()));
      }
    } catch (BrokenRule broken) {
      throw broken.with(glossary(actions));
    }
  }

  /** Which raw writes of the fixture the steps stand for. */
  private String glossary(List<Action> actions) {
    return rawWrites.isEmpty()
        ? ""
        : actions.stream()
            .filter(Raw.class::isInstance)
            .map(Raw.class::cast)
            .map(raw -> "\n  where raw write " + raw.number + " is: " + raw.of(rawWrites))
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

  // Random stories

  /** Writes to a handful of messages, as far as the archive offers them. */
  static Arbitrary<Write> writes(Set<Capability> lacking) {
    boolean nul = !lacking.contains(Capability.NUL_CHARACTERS);
    boolean softly = !lacking.contains(Capability.SOFT_DELETION);
    Arbitrary<Long> ids = Arbitraries.longs().between(1, ArchiveModel.IDS);
    return Arbitraries.frequencyOf(
        Tuple.of(5, Combinators.combine(ids, Given.messages(nul)).as(Insert::new)),
        Tuple.of(4, Combinators.combine(ids, Given.contents(nul)).as(Edit::new)),
        Tuple.of(2, Combinators.combine(ids, Given.briefMetadata()).as(Describe::new)),
        Tuple.of(softly ? 2 : 0, ids.map(Delete::new)),
        Tuple.of(softly ? 2 : 0, ids.map(Restore::new)),
        Tuple.of(1, ids.map(Purge::new)));
  }

  static Arbitrary<List<Action>> stories(Set<Capability> lacking) {
    Arbitrary<Long> ids = Arbitraries.longs().between(1, ArchiveModel.IDS);
    Arbitrary<Set<Long>> some = ids.set().ofMinSize(1).ofMaxSize(3);
    Arbitrary<Store> stores = Arbitraries.of(Store.class);
    Arbitrary<Write> writes = writes(lacking);
    Arbitrary<Stamp.Outcome> outcomes =
        Arbitraries.of(
            new Stamp.Embedded(),
            new Stamp.Blank(),
            new Stamp.Rejected("too long"),
            new Stamp.Rejected("𝒯o🫖 'odd'"));
    Arbitrary<Long> targets = Arbitraries.longs().between(1, ArchiveModel.TARGETS);
    Arbitrary<Read> reads =
        Arbitraries.frequency(
            Tuple.of(6, Read.JUST_READ),
            Tuple.of(2, Read.READ_BEFORE_THE_LAST_EDIT),
            Tuple.of(1, Read.NEVER_READ));
    return Arbitraries.<Action>frequencyOf(
            Tuple.of(16, writes),
            Tuple.of(1, ids.map(Rewrite::new)),
            Tuple.of(
                3, Combinators.combine(ids, Arbitraries.integers().between(0, 99)).as(Raw::new)),
            Tuple.of(
                2,
                Combinators.combine(writes.list().ofMaxSize(4), Arbitraries.of(true, false))
                    .as(Together::new)),
            Tuple.of(
                8, Combinators.combine(stores, targets, some, reads, outcomes).as(StampAs::new)),
            Tuple.of(1, Combinators.combine(stores, some).as(Unstamp::new)),
            Tuple.of(
                1, Combinators.combine(stores, Arbitraries.longs().between(0, 9)).as(Reserve::new)),
            Tuple.of(1, stores.map(Reopen::new)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(25);
  }
}
