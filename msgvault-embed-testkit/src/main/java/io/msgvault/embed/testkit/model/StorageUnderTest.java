package io.msgvault.embed.testkit.model;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ManualScheduler;
import io.msgvault.embed.memory.SettableClock;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.RuleViolation;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * An archive and its index during a test, with what a job is wired of, and with what must come of
 * its runs.
 */
public final class StorageUnderTest implements AutoCloseable {
  /** The ids that the tests of jobs use are 1 to this. */
  public static final int MAX_MESSAGES = 60;

  public static final TextPolicy POLICY = TextPolicy.standard();
  public static final List<Long> ALL_IDS = LongStream.rangeClosed(1, MAX_MESSAGES).boxed().toList();

  public final ArchiveUnderTest archive;
  public final IndexUnderTest index;
  public final WordsUnderTest words;
  public final FaultyEmbedder embedder;
  public final List<Long> ids;
  private final SettableClock clock = new SettableClock();

  /** The generations that lost vectors past the job, and that no backstop has compared since. */
  private final Set<Long> spoiled = new HashSet<>();

  public StorageUnderTest(StorageFixture fixture) {
    this(fixture, new FaultyEmbedder());
  }

  public StorageUnderTest(StorageFixture fixture, FaultyEmbedder embedder) {
    this(fixture, embedder, ALL_IDS);
  }

  /** A storage whose messages have other ids, {@value #MAX_MESSAGES} at the most. */
  public StorageUnderTest(StorageFixture fixture, List<Long> ids) {
    this(fixture, new FaultyEmbedder(), ids);
  }

  private StorageUnderTest(StorageFixture fixture, FaultyEmbedder embedder, List<Long> ids) {
    this.embedder = embedder;
    this.ids = ids;
    archive = new ArchiveUnderTest(fixture.messages());
    index = new IndexUnderTest(fixture.vectors());
    words = new WordsUnderTest(fixture.words());
  }

  // Jobs

  /** A job on the stores as they are. */
  public EmbedJob.Builder job() {
    return job(archive.store(), index.store());
  }

  /** A job on the stores behind an interceptor. */
  public EmbedJob.Builder job(CallInterceptor interceptor) {
    return job(interceptor.wrap(archive.store()), interceptor.wrap(index.store()))
        .words(interceptor.wrap(words.index()));
  }

  /** A job that keeps no words. */
  public EmbedJob.Builder jobWithoutWords() {
    return job(archive.store(), index.store(), embedder).clock(clock);
  }

  /**
   * A job that waits for nothing, reads in small pages, gives up early, and runs no backstop by
   * itself.
   */
  public EmbedJob.Builder job(MessageStore messages, VectorStore vectors) {
    return job(messages, vectors, embedder).words(words.index()).clock(clock);
  }

  public static EmbedJob.Builder job(
      MessageStore messages, VectorStore vectors, Embedder embedder) {
    return EmbedJob.builder(messages, vectors, embedder)
        .scheduler(ManualScheduler.immediate())
        .withoutRequestTimeout()
        .retry(new RetryPolicy(3, 2, Duration.ZERO, Duration.ZERO))
        .pageMessages(4)
        .withoutBackstop();
  }

  /** Moves the clock of the jobs on. */
  public void advanceClock(Duration time) {
    clock.advance(time);
  }

  /** Returns the time that the clock of the jobs shows. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * Edits a message that a run may have passed. Lowers the watermarks, too: over a store that does
   * not seek, one would hide the message until the next backstop.
   */
  public void edit(long id, ArchiveMessage.Content content) {
    archive.writer().edit(id, content);
    lowerWatermarks(id);
  }

  /** Lowers the watermarks below an edited message where the store's scans begin at one. */
  public void lowerWatermarks(long editedId) {
    if (!archive.store().supportsSeekingScan()) {
      index.store().lowerWatermarks(editedId);
    }
  }

  /** Runs a job that is wired as usual and must come to its end. */
  public RunOutcome.Completed run() {
    return completed(job().build().runOnce());
  }

  /** Runs a backstop that must come to its end. */
  public RunOutcome.Completed backstop() {
    return completed(job().build().runBackstop());
  }

  public static RunOutcome.Completed completed(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Completed completed) {
      return completed;
    }
    throw new RuleViolation(
        "EJ-2",
        "a run that nothing disturbs ends as " + outcome,
        outcome instanceof RunOutcome.Failed failed ? failed.cause() : null);
  }

  /** Requires that a run came to its end, or had nothing to do. */
  public static void completedOrIdle(RunOutcome outcome) {
    if (!(outcome instanceof RunOutcome.Idle)) {
      completed(outcome);
    }
  }

  /** Closes all stores of the job and opens new ones, as a process does that follows a dead one. */
  public void restart() {
    archive.reopen();
    index.reopen();
    words.reopen();
  }

  /**
   * Gives a message the vectors of another, at its own revision. So it looks as after its text was
   * changed where no trigger saw it.
   */
  public void changeUnseen(long id, long otherId) {
    long target = target().id();
    MessageVectors other = index.store().vectors(target, List.of(otherId)).get(0);
    long revision = archive.find(id).revision();
    index
        .store()
        .upsert(
            target, List.of(new MessageVectors(id, revision, other.textDigest(), other.chunks())));
  }

  // Contents

  /** The generation that an ordinary run fills. */
  public Generation target() {
    return index
        .store()
        .building()
        .or(index.store()::active)
        .orElseThrow(() -> Expect.violationOf("EJ-7", "there is no generation after a run"));
  }

  public List<Long> needsWork(Scope scope) {
    return ArchiveUnderTest.ids(
        archive.store().scan(target().id(), scope, 0, ArchiveUnderTest.UNLIMITED));
  }

  public Coverage coverage() {
    return archive.coverage(target().id());
  }

  /** All vectors of a generation. */
  public Map<Long, MessageVectors> vectors(long generation) {
    return index.store().vectors(generation, ids).stream()
        .collect(Collectors.toMap(MessageVectors::messageId, Function.identity()));
  }

  /** The chunks that a message must have; none if it is blank. */
  public List<ChunkVector> expectedChunks(Message message) {
    String text =
        new TextPreparer(POLICY).prepare(message.subject(), message.text(), message.html());
    Chunker chunker =
        new Chunker(POLICY, embedder.model().maxTokens(), embedder.tokenCounter().orElseThrow());
    return chunker.chunk(text).stream()
        .map(chunk -> new ChunkVector(chunk.start(), chunk.end(), embedder.vector(chunk.of(text))))
        .toList();
  }

  public Fingerprint fingerprint(Scope scope) {
    return job().scope(scope).build().fingerprint();
  }

  /** The revisions of all words, by id. */
  public Map<Long, Long> indexedWords() {
    return revisions(words.index().entries(0, MAX_MESSAGES + 1));
  }

  /** The present revisions of the live messages in scope, by id. */
  public Map<Long, Long> liveRevisions(Scope scope) {
    return revisions(archive.store().live(scope, 0, MAX_MESSAGES + 1));
  }

  private static Map<Long, Long> revisions(List<MessageRevision> found) {
    return found.stream()
        .collect(Collectors.toMap(MessageRevision::messageId, MessageRevision::revision));
  }

  // What must be there

  /** A message that needs no work has words of its present revision. */
  public void requireStampsHaveWords() {
    if (index.store().building().or(index.store()::active).isEmpty()) {
      return;
    }
    Generation target = target();
    Scope scope = target.fingerprint().scope();
    Map<Long, Long> stamped = liveRevisions(scope);
    archive
        .store()
        .needingWork(target.id(), scope, 0, MAX_MESSAGES + 1)
        .forEach(message -> stamped.remove(message.messageId()));
    Map<Long, Long> indexed = indexedWords();
    indexed.keySet().retainAll(stamped.keySet());
    Expect.equal("EJ-21", stamped, indexed, "the words of the messages that are up to date");
  }

  /** The live messages in scope have words. A message that left the scope may still have some. */
  private void requireWords(Scope scope) {
    Map<Long, Long> expected = liveRevisions(scope);
    Map<Long, Long> indexed = indexedWords();
    Set<Long> outOfScope = new HashSet<>(liveRevisions(Scope.ALL).keySet());
    outOfScope.removeAll(expected.keySet());
    indexed.keySet().removeAll(outOfScope);
    Expect.equal("EJ-23", expected, indexed, "the messages in scope that have words");
  }

  /** The words are those of the live messages in scope, and of no others. */
  public void requireExactWords(Scope scope) {
    Expect.equal("EJ-23", liveRevisions(scope), indexedWords(), "the messages that have words");
  }

  /**
   * Deletes vectors past the job. Only a backstop can find out, in the generation that it compares.
   */
  public void loseVectors(Set<Long> ids) {
    for (Generation generation : index.store().generations()) {
      if (generation.state() != Generation.State.RETIRED) {
        index.store().delete(generation.id(), ids);
        spoiled.add(generation.id());
      }
    }
  }

  /** Loses the index as a whole. */
  public void loseIndex() {
    index.wipe();
    spoiled.clear();
  }

  /** Returns whether the generation to fill lost vectors that no backstop has found yet. */
  public boolean isTargetSpoiled() {
    return spoiled.contains(target().id());
  }

  /** Notes that a backstop has compared the generation to fill. */
  public void noteBackstop() {
    spoiled.remove(target().id());
  }

  /** A stamp never says more than the index holds, unless vectors were lost past the job. */
  public void requireStampsHaveVectors() {
    for (Generation generation : index.store().generations()) {
      if (generation.state() == Generation.State.RETIRED || spoiled.contains(generation.id())) {
        continue;
      }
      Map<Long, MessageVectors> vectors = vectors(generation.id());
      for (MessageRevision stamped :
          archive.store().embeddedIds(generation.id(), 0, MAX_MESSAGES)) {
        MessageVectors backing = vectors.get(stamped.messageId());
        Expect.that(
            "EJ-1",
            backing != null && backing.revision() == stamped.revision(),
            () ->
                "message "
                    + stamped.messageId()
                    + " is stamped for generation "
                    + generation.id()
                    + " at revision "
                    + stamped.revision()
                    + ", but the index has "
                    + backing);
      }
    }
  }

  /** Nothing is missing and nothing stale. */
  public void requireFilled(Scope scope) {
    Expect.equal(
        "EJ-2", List.of(), needsWork(scope), "what needs work after a run that nothing disturbed");
    requireStampsHaveVectors();
    requireWords(scope);
    requireRemoved();
    Generation target = target();
    Map<Long, MessageVectors> vectors = vectors(target.id());
    Set<Long> rejected = rejected(target.id());
    for (Message message : live(scope)) {
      List<ChunkVector> expected =
          rejected.contains(message.id()) ? List.of() : expectedChunks(message);
      MessageVectors actual = vectors.get(message.id());
      if (!expected.isEmpty()) {
        Expect.equal(
            "EJ-1",
            expected,
            actual == null ? List.of() : actual.chunks(),
            "the chunks of message " + message.id());
      }
    }
  }

  /** What is not live has left the index, and no removal waits. */
  public void requireRemoved() {
    Expect.equal("EJ-24", List.of(), archive.store().removed(0, 99), "the removals that wait");
    Set<Long> live = liveRevisions(Scope.ALL).keySet();
    for (Generation generation : index.store().generations()) {
      Set<Long> dead = new HashSet<>(vectors(generation.id()).keySet());
      dead.removeAll(live);
      Expect.equal("EJ-24", Set.of(), dead, "the dead messages with vectors in " + generation.id());
    }
  }

  /**
   * Nothing is missing, nothing stale, and nothing there that should not be, as after a backstop.
   */
  public void requireExact(Scope scope) {
    requireFilled(scope);
    requireExactWords(scope);
    long target = target().id();
    Set<Long> rejected = rejected(target);
    Set<Long> embedded =
        live(scope).stream()
            .filter(
                message -> !rejected.contains(message.id()) && !expectedChunks(message).isEmpty())
            .map(Message::id)
            .collect(Collectors.toSet());
    Expect.equal("EJ-10", embedded, vectors(target).keySet(), "the messages that have vectors");
    Expect.equal(
        "VS-9",
        (long) embedded.size(),
        index.store().size(target).messages(),
        "how many messages the index counts");
  }

  private Set<Long> rejected(long generation) {
    return archive.store().rejections(generation, 0, MAX_MESSAGES).stream()
        .map(Rejection::messageId)
        .collect(Collectors.toSet());
  }

  private List<Message> live(Scope scope) {
    Set<Long> covered = new HashSet<>(archive.store().filterIds(ids, scope.asFilter()));
    return archive.store().find(covered, POLICY.maxBodyCharacters());
  }

  /** No run is open, and the lease is free. */
  public void requireCleanEnd(RunRecord.Status latest) {
    List<RunRecord> runs = index.store().runs(100);
    Expect.that(
        "EJ-13",
        runs.stream().noneMatch(run -> run.status() == RunRecord.Status.RUNNING),
        () -> "a run is still open: " + runs);
    Expect.equal("EJ-13", latest, runs.get(0).status(), "how the latest run ended, by its record");
    index
        .store()
        .lease(target().id())
        .orElseThrow(() -> Expect.violationOf("EJ-12", "a run that is over still holds the lease"))
        .close();
  }

  @Override
  public void close() {
    try (words) {
      try (index) {
        archive.close();
      }
    }
  }
}
