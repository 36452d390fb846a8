package io.msgvault.embed.testkit.model;

import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.LegacyVectors;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.testkit.LegacyTables;
import io.msgvault.embed.testkit.MigrationFixture;
import io.msgvault.embed.testkit.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An archive with what a host had of an index, during a test. */
public final class MigrationUnderTest implements AutoCloseable {
  /** Names that need quoting. */
  public static final String QUEUE = "pending embeddings";

  public static final String VECTORS = "check";
  private static final String MESSAGE = "group";
  private static final String GENERATION = "Generation";

  /** The generation of the host's vectors, by the queue's numbering. */
  public static final long LEGACY_GENERATION = 77;

  private static final Pattern NUMBER = Pattern.compile("number (\\d+)");
  private static final int PAGE = 1000;

  public final StorageUnderTest storage;
  public final LegacyTables tables;
  public final FaultyEmbedder embedder = new FaultyEmbedder();
  private final Scope scope;

  public MigrationUnderTest(MigrationFixture fixture) {
    this(fixture, Scope.ALL);
  }

  public MigrationUnderTest(MigrationFixture fixture, Scope scope) {
    this.storage = new StorageUnderTest(fixture.storage(), embedder);
    this.tables = fixture.tables();
    this.scope = scope;
  }

  // Declarations

  public static Fingerprint fingerprint(FaultyEmbedder embedder, Scope scope) {
    return embedder.model().fingerprint(StorageUnderTest.POLICY, scope);
  }

  static LegacyVectors vectors(Fingerprint fingerprint) {
    return LegacyVectors.of(VECTORS, "message", "value", fingerprint).withChunkColumn("part");
  }

  Fingerprint fingerprint() {
    return fingerprint(embedder, scope);
  }

  public static Migration importing(Fingerprint fingerprint) {
    return Migration.of(vectors(fingerprint))
        .withQueue(
            LegacyQueue.of(QUEUE, MESSAGE).withGenerationColumn(GENERATION, LEGACY_GENERATION));
  }

  public Migration importing() {
    return importing(fingerprint());
  }

  public static Migration ofActive() {
    return Migration.ofActiveGeneration()
        .withQueue(LegacyQueue.of(QUEUE, MESSAGE).withGenerationColumn(GENERATION));
  }

  // What there is

  /** Messages with the ids 1 to {@code count}, whose texts tell their ids. */
  public void fill(int count) {
    storage.archive.fill(1, count, id -> message(id));
  }

  public static ArchiveMessage message(long id) {
    return ArchiveMessage.of("", "number " + id);
  }

  public void edit(long id) {
    storage.archive.writer().edit(id, new ArchiveMessage.Content("edited", "number " + id, ""));
  }

  public void createQueue() {
    tables.createQueue(QUEUE, MESSAGE, GENERATION);
  }

  /** The host's vectors of these messages, of one chunk; of two where the id is a multiple of 5. */
  public void createVectors(Iterable<Long> ids) {
    tables.createVectors(VECTORS);
    Map<Long, List<float[]>> vectors = new HashMap<>();
    ids.forEach(id -> vectors.put(id, hostVectors(id)));
    tables.addVectors(VECTORS, vectors);
  }

  /** Vectors that no embedder makes. */
  public List<float[]> hostVectors(long id) {
    List<float[]> vectors = new ArrayList<>();
    for (int chunk = 0; chunk < (id % 5 == 0 ? 2 : 1); chunk++) {
      float[] vector = new float[embedder.model().dimension()];
      vector[0] = 1;
      vector[1] = id;
      vector[2] = chunk;
      vectors.add(vector);
    }
    return vectors;
  }

  /** An ACTIVE generation that has vectors of these messages as they are, and no stamp. */
  public long createActive(Iterable<Long> ids) {
    long id = storage.archive.store().reserveGenerationId(0);
    storage.index.store().bind(storage.archive.store().archiveId());
    storage.index.store().create(fingerprint(), id);
    List<MessageVectors> batch = new ArrayList<>();
    for (long message : ids) {
      List<ChunkVector> chunks =
          hostVectors(message).stream().map(vector -> new ChunkVector(0, 1, vector)).toList();
      batch.add(
          new MessageVectors(
              message, storage.archive.find(message).revision(), "digest " + message, chunks));
    }
    storage.index.store().upsert(id, batch);
    storage.index.store().activate(id, CoverageCheck.NONE);
    return id;
  }

  // Migrating

  public MigrationOutcome migrate(Migration migration) {
    return migrate(migration, CallInterceptor.NONE);
  }

  public MigrationOutcome migrate(Migration migration, CallInterceptor interceptor) {
    return migration.run(
        interceptor.wrap(storage.archive.store()),
        interceptor.wrap(storage.index.store()),
        interceptor.wrap(tables.legacyIndex(storage.archive.store(), migration)));
  }

  /** As {@link #migrate}, and waits until the database has noticed that a worker was killed. */
  public static MigrationOutcome retryWhileBusy(Supplier<MigrationOutcome> migration) {
    long deadline = System.nanoTime() + Settings.timeout().toNanos();
    MigrationOutcome outcome = migration.get();
    while (outcome instanceof MigrationOutcome.Busy && System.nanoTime() < deadline) {
      Thread.onSpinWait();
      outcome = migration.get();
    }
    return outcome;
  }

  /** Migrates, which must succeed at once. */
  public MigrationOutcome.Migrated migrated(Migration migration) {
    MigrationOutcome outcome = migrate(migration);
    if (outcome instanceof MigrationOutcome.Migrated migrated) {
      return migrated;
    }
    throw Expect.violationOf("TO-2", "a migration that nothing disturbs ends as " + outcome);
  }

  // What must come of it

  /** The messages that are stamped EMBEDDED for a generation. */
  public Set<Long> stamped(long generation) {
    Set<Long> stamped = new TreeSet<>();
    long after = 0;
    List<MessageRevision> page = storage.archive.store().embeddedIds(generation, after, PAGE);
    while (!page.isEmpty()) {
      page.forEach(stamp -> stamped.add(stamp.messageId()));
      after = page.get(page.size() - 1).messageId();
      page = storage.archive.store().embeddedIds(generation, after, PAGE);
    }
    return stamped;
  }

  /** Requires what {@link #requireMigrated(String, Set, Set)} does, by the rule under test. */
  public void requireMigrated(Set<Long> embedded, Set<Long> missing) {
    requireMigrated(RunningRule.current(), embedded, missing);
  }

  /** Requires that only these messages are up to date, by their stamps and by what a run does. */
  public void requireMigrated(String rule, Set<Long> embedded, Set<Long> missing) {
    Generation active =
        storage
            .index
            .store()
            .active()
            .orElseThrow(() -> Expect.violationOf(rule, "no generation serves"));
    Expect.equal(rule, fingerprint(), active.fingerprint(), "what serves");
    Expect.that(
        rule,
        storage.index.store().building().isEmpty(),
        "a generation is still being built after a migration");
    String rules = rule + "/TO-7";
    Expect.equal(rules, embedded, stamped(active.id()), "the messages that are stamped");
    Coverage coverage = storage.archive.store().coverage(active.id(), scope);
    Expect.equal(
        rules,
        new Coverage(
            embedded.size() + (long) missing.size(), embedded.size(), 0, 0, missing.size()),
        coverage,
        "the coverage after a migration");
    Expect.equal(rules, missing, embeddedByRun(), "the messages that a run embeds afterwards");
    BackstopFindings findings = storage.job().scope(scope).build().verify();
    Expect.that(
        "TO-7",
        findings.lost() + findings.stale() + findings.pending() + findings.orphanStamps() == 0,
        () -> "after a migration and a run, verify finds " + findings);
  }

  /** Returns the ids whose texts a run sends to the embedder. */
  public Set<Long> embeddedByRun() {
    embedder.clearSent();
    RunOutcome outcome = storage.job().scope(scope).build().runOnce();
    StorageUnderTest.completedOrIdle(outcome);
    return embedder.sent().stream().map(MigrationUnderTest::number).collect(Collectors.toSet());
  }

  private static long number(String text) {
    Matcher number = NUMBER.matcher(text);
    if (!number.find()) {
      throw new IllegalStateException("a text of no message was embedded: " + text);
    }
    return Long.parseLong(number.group(1));
  }

  /** The vectors of a message in the generation that serves. */
  public List<float[]> servedVectors(long message) {
    long active = storage.index.store().active().orElseThrow().id();
    return storage.index.store().vectors(active, Set.of(message)).stream()
        .flatMap(vectors -> vectors.chunks().stream())
        .map(ChunkVector::vector)
        .toList();
  }

  Message find(long id) {
    return storage.archive.find(id);
  }

  @Override
  public void close() {
    storage.close();
  }
}
