package io.msgvault.embed.testkit;

import io.msgvault.embed.AuditFindings;
import io.msgvault.embed.ChunkVector;
import io.msgvault.embed.Coverage;
import io.msgvault.embed.CoverageCheck;
import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.Generation;
import io.msgvault.embed.Message;
import io.msgvault.embed.MessageRevision;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.Scope;
import io.msgvault.embed.archive.FormerQueue;
import io.msgvault.embed.archive.FormerVectors;
import io.msgvault.embed.archive.Takeover;
import io.msgvault.embed.archive.TakeoverOutcome;
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
final class OpenTakeover implements AutoCloseable {
  /** Names that need quoting. */
  static final String QUEUE = "pending embeddings";

  static final String VECTORS = "check";
  private static final String MESSAGE = "group";
  private static final String GENERATION = "Generation";

  /** The generation of the host's vectors, by the queue's numbering. */
  static final long FORMER = 77;

  private static final Pattern NUMBER = Pattern.compile("number (\\d+)");
  private static final int PAGE = 1000;

  final OpenStorage storage;
  final HostTables tables;
  final FaultyEmbedder embedder = new FaultyEmbedder();
  private final Scope scope;

  OpenTakeover(TakeoverFixture fixture) {
    this(fixture, Scope.ALL);
  }

  OpenTakeover(TakeoverFixture fixture, Scope scope) {
    this.storage = new OpenStorage(fixture.storage(), embedder);
    this.tables = fixture.tables();
    this.scope = scope;
  }

  // What is declared

  static Fingerprint fingerprint(FaultyEmbedder embedder, Scope scope) {
    return embedder.model().fingerprint(OpenStorage.POLICY, scope);
  }

  static FormerVectors vectors(Fingerprint fingerprint) {
    return FormerVectors.of(VECTORS, "message", "value", fingerprint).chunkedBy("part");
  }

  Fingerprint fingerprint() {
    return fingerprint(embedder, scope);
  }

  static Takeover importing(Fingerprint fingerprint) {
    return Takeover.of(vectors(fingerprint))
        .with(FormerQueue.of(QUEUE, MESSAGE).byGeneration(GENERATION, FORMER));
  }

  Takeover importing() {
    return importing(fingerprint());
  }

  static Takeover ofActive() {
    return Takeover.ofActiveGeneration()
        .with(FormerQueue.of(QUEUE, MESSAGE).byGeneration(GENERATION));
  }

  // What there is

  /** Messages with the ids 1 to {@code count}, whose texts tell their ids. */
  void fill(int count) {
    storage.archive.fill(1, count, id -> message(id));
  }

  static ArchiveMessage message(long id) {
    return ArchiveMessage.of("", "number " + id);
  }

  void edit(long id) {
    storage.archive.writer().edit(id, new ArchiveMessage.Content("edited", "number " + id, ""));
  }

  void createQueue() {
    tables.createQueue(QUEUE, MESSAGE, GENERATION);
  }

  /** The host's vectors of these messages, of one chunk; of two where the id is a multiple of 5. */
  void createVectors(Iterable<Long> ids) {
    tables.createVectors(VECTORS);
    Map<Long, List<float[]>> vectors = new HashMap<>();
    ids.forEach(id -> vectors.put(id, hostVectors(id)));
    tables.addVectors(VECTORS, vectors);
  }

  /** Vectors that no embedder makes. */
  List<float[]> hostVectors(long id) {
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
  long createActive(Iterable<Long> ids) {
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
    storage.index.store().activate(id, CoverageCheck.OVERRIDDEN);
    return id;
  }

  // Taking over

  TakeoverOutcome takeOver(Takeover takeover) {
    return takeOver(takeover, Tap.OPEN);
  }

  TakeoverOutcome takeOver(Takeover takeover, Tap tap) {
    return takeover.run(
        tap.on(storage.archive.store()),
        tap.on(storage.index.store()),
        tap.on(tables.former(storage.archive.store(), takeover)));
  }

  /** As {@link #takeOver}, and waits until the database has noticed that a worker was killed. */
  static TakeoverOutcome patiently(Supplier<TakeoverOutcome> takeover) {
    long deadline = System.nanoTime() + Race.patience().toNanos();
    TakeoverOutcome outcome = takeover.get();
    while (outcome instanceof TakeoverOutcome.Busy && System.nanoTime() < deadline) {
      Thread.onSpinWait();
      outcome = takeover.get();
    }
    return outcome;
  }

  /** Takes over, which must be done now. */
  TakeoverOutcome.TakenOver done(Takeover takeover) {
    TakeoverOutcome outcome = takeOver(takeover);
    if (outcome instanceof TakeoverOutcome.TakenOver taken) {
      return taken;
    }
    throw new BrokenRule("TO-2", "a takeover that nothing disturbs ends as " + outcome, null);
  }

  // What must come of it

  /** The messages that are stamped EMBEDDED for a generation. */
  Set<Long> stamped(long generation) {
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

  /** Exactly these messages need not be embedded, by the stamps and by what a run does. */
  void requireEnd(String rule, Set<Long> embedded, Set<Long> missing) {
    Generation active =
        storage
            .index
            .store()
            .active()
            .orElseThrow(() -> new BrokenRule(rule, "no generation serves", null));
    Expect.equal(rule, fingerprint(), active.fingerprint(), "what serves");
    Expect.that(
        rule,
        storage.index.store().building().isEmpty(),
        "a generation is still being built after a takeover");
    String rules = rule + "/TO-7";
    Expect.equal(rules, embedded, stamped(active.id()), "the messages that are stamped");
    Coverage coverage = storage.archive.store().coverage(active.id(), scope);
    Expect.equal(
        rules,
        new Coverage(
            embedded.size() + (long) missing.size(), embedded.size(), 0, 0, missing.size()),
        coverage,
        "the coverage after a takeover");
    Expect.equal(rules, missing, embeddedByARun(), "the messages that a run embeds afterwards");
    AuditFindings findings = storage.job().scope(scope).build().verify();
    Expect.that(
        "TO-7",
        findings.lost() + findings.stale() + findings.unsettled() + findings.unknown() == 0,
        () -> "after a takeover and a run, verify finds " + findings);
  }

  /** What a run sends to the embedder. */
  Set<Long> embeddedByARun() {
    embedder.forget();
    RunOutcome outcome = storage.job().scope(scope).build().runOnce();
    OpenStorage.completedOrIdle(outcome);
    return embedder.sent().stream().map(OpenTakeover::number).collect(Collectors.toSet());
  }

  private static long number(String text) {
    Matcher number = NUMBER.matcher(text);
    if (!number.find()) {
      throw new IllegalStateException("a text of no message was embedded: " + text);
    }
    return Long.parseLong(number.group(1));
  }

  /** The vectors of a message in the generation that serves. */
  List<float[]> served(long message) {
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
