package io.msgvault.embed.testkit;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.suite.ConformanceSuite;
import io.msgvault.embed.testkit.suite.EmbedJobConformance;
import io.msgvault.embed.testkit.suite.EmbedderConformance;
import io.msgvault.embed.testkit.suite.MessageStoreConformance;
import io.msgvault.embed.testkit.suite.MigrationConformance;
import io.msgvault.embed.testkit.suite.VectorStoreConformance;
import io.msgvault.embed.testkit.suite.WordIndexConformance;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A backend that is broken in one way, and the rule that must catch it.
 *
 * @param flaw describes how it is broken
 * @param rule the rule that it breaks
 * @param suite the suite that is run on it
 * @param setUp makes the suite's fixtures those of the mutant
 */
record Mutant(String flaw, String rule, Class<? extends ConformanceSuite> suite, Runnable setUp) {
  @Override
  public String toString() {
    return rule + ": " + flaw;
  }

  /** A flaw in a message store. A flaw made for an archive is shared by all stores on it. */
  @FunctionalInterface
  interface MessageFlaw {
    UnaryOperator<MessageStore> on(InMemoryArchive archive);
  }

  /** A flaw in what the triggers of an archive should do. */
  @FunctionalInterface
  interface WriterFlaw {
    ArchiveWriter on(InMemoryArchive archive);
  }

  static Mutant messages(String rule, String flaw, MessageFlaw how) {
    return of(rule, flaw, () -> new FlawedArchive(how, archive -> archive));
  }

  /** A flaw that needs no memory. */
  static Mutant eachMessageStore(String rule, String flaw, UnaryOperator<MessageStore> how) {
    return messages(rule, flaw, archive -> how);
  }

  static Mutant writes(String rule, String flaw, WriterFlaw how) {
    return of(rule, flaw, () -> new FlawedArchive(archive -> store -> store, how));
  }

  static Mutant of(String rule, String flaw, Supplier<MessageStoreFixture> fixture) {
    return of(rule, flaw, Set.of(Capability.OTHER_PROCESSES), fixture);
  }

  static Mutant of(
      String rule,
      String flaw,
      Set<Capability> unsupported,
      Supplier<MessageStoreFixture> fixture) {
    return new Mutant(
        flaw,
        rule,
        Messages.class,
        () -> {
          Messages.fixture = fixture;
          Messages.unsupported = unsupported;
        });
  }

  /** A flaw in a vector store. A flaw made for an index is shared by all stores on it. */
  static Mutant vectors(
      String rule, String flaw, Function<InMemoryIndex, UnaryOperator<VectorStore>> how) {
    return vectors(rule, flaw, Set.of(Capability.OTHER_PROCESSES), how);
  }

  static Mutant vectors(
      String rule,
      String flaw,
      Set<Capability> unsupported,
      Function<InMemoryIndex, UnaryOperator<VectorStore>> how) {
    return index(rule, flaw, unsupported, () -> new FlawedIndex(how));
  }

  /** A flaw in what an index is presented as. */
  static Mutant index(String rule, String flaw, Supplier<VectorStoreFixture> fixture) {
    return index(rule, flaw, Set.of(Capability.OTHER_PROCESSES), fixture);
  }

  private static Mutant index(
      String rule, String flaw, Set<Capability> unsupported, Supplier<VectorStoreFixture> fixture) {
    return new Mutant(
        flaw,
        rule,
        Vectors.class,
        () -> {
          Vectors.fixture = fixture;
          Vectors.unsupported = unsupported;
        });
  }

  /** A flaw that needs no memory. */
  static Mutant eachVectorStore(String rule, String flaw, UnaryOperator<VectorStore> how) {
    return vectors(rule, flaw, index -> how);
  }

  /**
   * A flaw in an index of words. A flaw made for a storage is shared by all that are open on it.
   */
  static Mutant words(String rule, String flaw, Supplier<UnaryOperator<WordIndex>> how) {
    return wordsFixture(rule, flaw, () -> new FlawedWords(how));
  }

  /** A flaw that needs no memory. */
  static Mutant eachWordIndex(String rule, String flaw, UnaryOperator<WordIndex> how) {
    return words(rule, flaw, () -> how);
  }

  static Mutant wordsFixture(String rule, String flaw, Supplier<WordIndexFixture> how) {
    return new Mutant(flaw, rule, Words.class, () -> Words.fixture = how);
  }

  static Mutant embedder(String rule, String flaw, UnaryOperator<Embedder> how) {
    return new Mutant(flaw, rule, Embedders.class, () -> Embedders.flaw = how);
  }

  /** A flaw of a job, seen through the stores it works on. */
  static Mutant job(String rule, String flaw, Supplier<StorageFixture> how) {
    return new Mutant(flaw, rule, Jobs.class, () -> Jobs.fixture = how);
  }

  /** A flaw in what a migration works on. */
  static Mutant migration(String rule, String flaw, Supplier<MigrationFixture> how) {
    return new Mutant(flaw, rule, Migrations.class, () -> Migrations.fixture = how);
  }

  static Mutant jobOnMessages(String rule, String flaw, MessageFlaw how) {
    return new Mutant(
        flaw,
        rule,
        Jobs.class,
        () ->
            Jobs.fixture =
                () ->
                    new StorageFixture(
                        new FlawedArchive(how, archive -> archive), new InMemoryIndexFixture()));
  }

  static Mutant jobOnVectors(
      String rule, String flaw, Function<InMemoryIndex, UnaryOperator<VectorStore>> how) {
    return new Mutant(
        flaw,
        rule,
        Jobs.class,
        () ->
            Jobs.fixture =
                () -> new StorageFixture(new InMemoryArchiveFixture(), new FlawedIndex(how)));
  }

  static Mutant jobOnWords(String rule, String flaw, Supplier<UnaryOperator<WordIndex>> how) {
    return job(
        rule,
        flaw,
        () ->
            new StorageFixture(
                new InMemoryArchiveFixture(), new InMemoryIndexFixture(), new FlawedWords(how)));
  }

  /** Words in memory with a flaw in their indexes. */
  static class FlawedWords extends InMemoryWordsFixture {
    private final UnaryOperator<WordIndex> indexes;

    FlawedWords(Supplier<UnaryOperator<WordIndex>> how) {
      indexes = how.get();
    }

    @Override
    public WordIndex open(WordAnalyzer analyzer) {
      return indexes.apply(super.open(analyzer));
    }
  }

  /** An archive in memory with a flaw in its stores or in its writer. */
  static class FlawedArchive extends InMemoryArchiveFixture {
    private final UnaryOperator<MessageStore> stores;
    private final ArchiveWriter writer;

    FlawedArchive(MessageFlaw stores, WriterFlaw writer) {
      this.stores = stores.on(archive);
      this.writer = writer.on(archive);
    }

    @Override
    public MessageStore open() {
      return stores.apply(super.open());
    }

    @Override
    public ArchiveWriter writer() {
      return writer;
    }
  }

  /** An index in memory with a flaw in its stores. */
  static class FlawedIndex extends InMemoryIndexFixture {
    private final Function<InMemoryIndex, UnaryOperator<VectorStore>> flaw;
    private UnaryOperator<VectorStore> stores;

    FlawedIndex(Function<InMemoryIndex, UnaryOperator<VectorStore>> flaw) {
      this.flaw = flaw;
      stores = flaw.apply(index);
    }

    @Override
    public VectorStore open() {
      return stores.apply(super.open());
    }

    @Override
    public void wipe() {
      super.wipe();
      stores = flaw.apply(index);
    }
  }

  // The suites that mutants are run in; MutantTest sets their fixtures, one mutant at a time.

  /** Runs on the message store that was set. */
  static class Messages extends MessageStoreConformance {
    private static Supplier<MessageStoreFixture> fixture = InMemoryArchiveFixture::new;
    private static Set<Capability> unsupported = Set.of(Capability.OTHER_PROCESSES);

    @Override
    protected MessageStoreFixture newFixture() {
      return fixture.get();
    }

    @Override
    protected Set<Capability> unsupported() {
      return unsupported;
    }
  }

  /** Runs on the vector store that was set. */
  static class Vectors extends VectorStoreConformance {
    private static Supplier<VectorStoreFixture> fixture = InMemoryIndexFixture::new;
    private static Set<Capability> unsupported = Set.of(Capability.OTHER_PROCESSES);

    @Override
    protected VectorStoreFixture newFixture() {
      return fixture.get();
    }

    @Override
    protected Set<Capability> unsupported() {
      return unsupported;
    }
  }

  /** Runs on the index of words that was set. */
  static class Words extends WordIndexConformance {
    private static Supplier<WordIndexFixture> fixture = InMemoryWordsFixture::new;

    @Override
    protected WordIndexFixture newFixture() {
      return fixture.get();
    }

    @Override
    protected Set<Capability> unsupported() {
      return Set.of(Capability.OTHER_PROCESSES);
    }
  }

  /** Runs on the embedder that was set. */
  static class Embedders extends EmbedderConformance {
    private static UnaryOperator<Embedder> flaw = embedder -> embedder;

    @Override
    protected EmbedderFixture newFixture() {
      return new RefusingEmbedder.Fixture(flaw);
    }
  }

  /** Runs on the storage that was set. */
  static class Migrations extends MigrationConformance {
    private static Supplier<MigrationFixture> fixture =
        () -> new InMemoryMigrationTest().newFixture();

    @Override
    protected MigrationFixture newFixture() {
      return fixture.get();
    }

    @Override
    protected Set<Capability> unsupported() {
      return Set.of(Capability.OTHER_PROCESSES);
    }
  }

  /** Runs on the stores that were set. */
  static class Jobs extends EmbedJobConformance {
    private static Supplier<StorageFixture> fixture =
        () -> new StorageFixture(new InMemoryArchiveFixture(), new InMemoryIndexFixture());

    @Override
    protected StorageFixture newFixture() {
      return fixture.get();
    }

    @Override
    protected Set<Capability> unsupported() {
      return Set.of(Capability.OTHER_PROCESSES);
    }
  }
}
