package io.msgvault.embed.testkit;

import io.msgvault.embed.ChunkVector;
import io.msgvault.embed.Coverage;
import io.msgvault.embed.Delayer;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Embedder;
import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.Generation;
import io.msgvault.embed.Message;
import io.msgvault.embed.MessageRevision;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.Rejection;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunRecord;
import io.msgvault.embed.Scope;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
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
final class OpenStorage implements AutoCloseable {
  /** The ids that the tests of jobs use are 1 to this. */
  static final int IDS = 60;

  /** No backstop unasked. */
  static final Duration NEVER = Duration.ofHours(-1);

  /** Runs what has to wait at once: no time passes. */
  private static final Delayer AT_ONCE = (task, delay) -> task.run();

  static final TextPolicy POLICY = TextPolicy.standard();
  static final List<Long> ALL_IDS = LongStream.rangeClosed(1, IDS).boxed().toList();

  final OpenArchive archive;
  final OpenIndex index;
  final FaultyEmbedder embedder;
  final List<Long> ids;
  private Instant now = Instant.parse("2024-05-01T00:00:00Z");

  OpenStorage(StorageFixture fixture) {
    this(fixture, new FaultyEmbedder());
  }

  OpenStorage(StorageFixture fixture, FaultyEmbedder embedder) {
    this(fixture, embedder, ALL_IDS);
  }

  /** A storage whose messages have other ids, {@value #IDS} at the most. */
  OpenStorage(StorageFixture fixture, List<Long> ids) {
    this(fixture, new FaultyEmbedder(), ids);
  }

  private OpenStorage(StorageFixture fixture, FaultyEmbedder embedder, List<Long> ids) {
    this.embedder = embedder;
    this.ids = ids;
    archive = new OpenArchive(fixture.messages());
    index = new OpenIndex(fixture.vectors());
  }

  // Jobs

  /** A job on the stores as they are. */
  EmbedJob.Builder job() {
    return job(archive.store(), index.store());
  }

  /** A job on the stores behind a tap. */
  EmbedJob.Builder job(Tap tap) {
    return job(tap.on(archive.store()), tap.on(index.store()));
  }

  /**
   * A job that waits for nothing, reads in small pages, gives up early, and never audits unasked.
   */
  EmbedJob.Builder job(MessageStore messages, VectorStore vectors) {
    return job(messages, vectors, embedder).clock(clock());
  }

  static EmbedJob.Builder job(MessageStore messages, VectorStore vectors, Embedder embedder) {
    return EmbedJob.builder(messages, vectors, embedder)
        .delayer(AT_ONCE)
        .requestTimeout(Duration.ZERO)
        .retry(new RetryPolicy(3, 2, Duration.ZERO, Duration.ZERO))
        .pageMessages(4)
        .backstopInterval(NEVER);
  }

  private Clock clock() {
    InstantSource hands = () -> now;
    return hands.withZone(ZoneOffset.UTC);
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  Instant now() {
    return now;
  }

  /**
   * Edits a message that a run may have passed. Over a store that does not seek, a watermark hides
   * it until the next backstop, unless the host lowers the watermarks, as is done here.
   */
  void edit(long id, ArchiveMessage.Content content) {
    archive.writer().edit(id, content);
    lowerWatermarks(id);
  }

  /** Lowers the watermarks below an edited message where the store's scans begin at one. */
  void lowerWatermarks(long editedId) {
    if (!archive.store().scansBySeeking()) {
      index.store().lowerWatermarks(editedId);
    }
  }

  /** Runs a job that is wired as usual and must come to its end. */
  RunOutcome.Completed run() {
    return completed(job().build().runOnce());
  }

  /** Runs a backstop that must come to its end. */
  RunOutcome.Completed backstop() {
    return completed(job().build().runBackstop());
  }

  static RunOutcome.Completed completed(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Completed completed) {
      return completed;
    }
    throw new BrokenRule("EJ-2", "a run that nothing disturbs ends as " + outcome, null);
  }

  /** Requires that a run came to its end, or had nothing to do. */
  static void completedOrIdle(RunOutcome outcome) {
    if (!(outcome instanceof RunOutcome.Idle)) {
      completed(outcome);
    }
  }

  /**
   * Closes all stores of the job and opens new ones, as a process does that takes over from a dead
   * one.
   */
  void restart() {
    archive.reopen();
    index.reopen();
  }

  // What is there

  /** The generation that an ordinary run fills. */
  Generation target() {
    return index
        .store()
        .building()
        .or(index.store()::active)
        .orElseThrow(() -> new BrokenRule("EJ-7", "there is no generation after a run", null));
  }

  List<Long> needsWork(Scope scope) {
    return OpenArchive.ids(archive.store().scan(target().id(), scope, 0, OpenArchive.UNLIMITED));
  }

  Coverage coverage() {
    return archive.coverage(target().id());
  }

  /** All vectors of a generation. */
  Map<Long, MessageVectors> vectors(long generation) {
    return index.store().vectors(generation, ids).stream()
        .collect(Collectors.toMap(MessageVectors::messageId, Function.identity()));
  }

  /** The chunks that a message must have; none if it is blank. */
  List<ChunkVector> expected(Message message) {
    String text =
        new TextPreparer(POLICY).prepare(message.subject(), message.text(), message.html());
    Chunker chunker =
        new Chunker(POLICY, embedder.model().maxTokens(), embedder.tokenCounter().orElseThrow());
    return chunker.chunk(text).stream()
        .map(chunk -> new ChunkVector(chunk.start(), chunk.end(), embedder.vector(chunk.of(text))))
        .toList();
  }

  Fingerprint fingerprint(Scope scope) {
    return job().scope(scope).build().fingerprint();
  }

  // What must be there

  /** A stamp never says more than the index holds. */
  void requireStampsBacked() {
    for (Generation generation : index.store().generations()) {
      if (generation.state() == Generation.State.RETIRED) {
        continue;
      }
      Map<Long, MessageVectors> vectors = vectors(generation.id());
      for (MessageRevision stamped : archive.store().embeddedIds(generation.id(), 0, IDS)) {
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
  void requireFilled(Scope scope) {
    Expect.equal(
        "EJ-2", List.of(), needsWork(scope), "what needs work after a run that nothing disturbed");
    requireStampsBacked();
    Generation target = target();
    Map<Long, MessageVectors> vectors = vectors(target.id());
    Set<Long> rejected = rejected(target.id());
    for (Message message : live(scope)) {
      List<ChunkVector> expected = rejected.contains(message.id()) ? List.of() : expected(message);
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

  /**
   * Nothing is missing, nothing stale, and nothing there that should not be, as after a backstop.
   */
  void requireExact(Scope scope) {
    requireFilled(scope);
    long target = target().id();
    Set<Long> rejected = rejected(target);
    Set<Long> embedded =
        live(scope).stream()
            .filter(message -> !rejected.contains(message.id()) && !expected(message).isEmpty())
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
    return archive.store().rejections(generation, 0, IDS).stream()
        .map(Rejection::messageId)
        .collect(Collectors.toSet());
  }

  private List<Message> live(Scope scope) {
    Set<Long> covered = new HashSet<>(archive.store().retain(ids, scope.asFilter()));
    return archive.store().find(covered, POLICY.maxBodyCharacters());
  }

  /** No run is open, and the lease is free. */
  void requireOrderlyEnd(RunRecord.Status latest) {
    List<RunRecord> runs = index.store().runs(100);
    Expect.that(
        "EJ-13",
        runs.stream().noneMatch(run -> run.status() == RunRecord.Status.RUNNING),
        () -> "a run is still open: " + runs);
    Expect.equal("EJ-13", latest, runs.get(0).status(), "how the latest run ended, by its record");
    index
        .store()
        .lease(target().id())
        .orElseThrow(
            () -> new BrokenRule("EJ-12", "a run that is over still holds the lease", null))
        .close();
  }

  @Override
  public void close() {
    try {
      archive.close();
    } finally {
      index.close();
    }
  }
}
