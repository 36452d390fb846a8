package io.msgvault.embed.testkit.process;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.testkit.Settings;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What must hold from outside after processes were killed, or their power was cut. A database
 * server may still carry out the last statement of a dead process. So nothing here relies on two
 * reads seeing the same state.
 */
public final class CrashChecks {
  private final StorageUnderTest storage;
  private final boolean wordsAreKept;
  private final Map<Long, Instant> generations = new HashMap<>();
  private boolean wordsLost;
  private long highest;
  private long count;

  /**
   * Creates the checks.
   *
   * @param wordsAreKept whether the processes keep words
   */
  public CrashChecks(StorageUnderTest storage, boolean wordsAreKept) {
    this.storage = storage;
    this.wordsAreKept = wordsAreKept;
  }

  /** Returns the number of invariants that were checked so far. */
  public long count() {
    return count;
  }

  /** Checks what holds at every moment. */
  void checkAfterKill(List<CrashJournal.Line> journal) {
    checkSingleLease(journal);
    checkUniqueIds(journal);
    checkStorage();
  }

  /** Checks the storage alone. */
  public void checkStorage() {
    List<Generation> all = storage.index.store().generations();
    checkLifeCycle(all);
    for (Generation generation : all) {
      if (generation.state() != Generation.State.RETIRED) {
        checkCoverage(generation.id());
        checkStampedVectors(generation.id());
        checkStampedWords(generation.id());
        checkSearch(generation);
        checkLeaseIsFree(generation.id());
      }
    }
  }

  /** Checks what holds after an undisturbed run and a backstop. */
  public void checkAfterUndisturbedRuns() {
    EmbedJob job = storage.job().dropRetired().build();
    StorageUnderTest.completedOrIdle(runUndisturbed(job));
    wordsLost = false;
    storage.requireFilled(Scope.ALL);
    Expect.equal(
        "EJ-2", 0L, storage.coverage().missing(), "the missing messages after a quiet run");
    StorageUnderTest.completed(job.runBackstop());
    storage.requireExact(Scope.ALL);
    Expect.equal("EJ-10", BackstopFindings.NONE, job.verify(), "the findings after a backstop");
    Expect.that(
        "VS-17",
        storage.index.store().runs(100).stream()
            .noneMatch(run -> run.status() == RunRecord.Status.RUNNING),
        "a run is still open, and no job is");
    for (Generation generation : storage.index.store().generations()) {
      if (generation.state() == Generation.State.RETIRED) {
        Expect.equal(
            "VS-5",
            0L,
            storage.index.store().size(generation.id()).chunks(),
            "how many vectors of a retired generation a backstop leaves");
        count++;
      }
    }
    count += 6;
  }

  private RunOutcome runUndisturbed(EmbedJob job) {
    RunOutcome outcome = job.runOnce();
    return outcome instanceof RunOutcome.Blocked blocked
            && blocked.obstacle() == RunOutcome.Blocked.Obstacle.NO_INDEX
        ? job.rebuild()
        : outcome;
  }

  /** The index was lost by intent: the states of its generations no longer count, their ids do. */
  void onIndexLost() {
    generations.clear();
  }

  /** Words were lost by intent: the next run that ends writes them again. */
  void onWordsLost() {
    wordsLost = true;
  }

  /** Between the taking of a lease and its end, no other process has it, or a share in it. */
  private void checkSingleLease(List<CrashJournal.Line> journal) {
    Map<String, CrashJournal.Line> working = new HashMap<>();
    for (CrashJournal.Line line : journal) {
      switch (line.word()) {
        case CrashWorker.HOLDS_LEASE, CrashWorker.SHARES_LEASE -> {
          working.remove(line.process());
          for (CrashJournal.Line other : working.values()) {
            boolean both =
                line.word().equals(CrashWorker.SHARES_LEASE)
                    && other.word().equals(CrashWorker.SHARES_LEASE);
            Expect.that(
                "VS-15",
                both || !other.rest().equals(line.rest()),
                () -> line + " while another works on the generation: " + other);
          }
          working.put(line.process(), line);
        }
        case CrashWorker.RELEASES, CrashWorker.KILLED -> working.remove(line.process());
        default -> {}
      }
    }
    count++;
  }

  /** An id that was handed out is above all that were known before, and handed out once. */
  private void checkUniqueIds(List<CrashJournal.Line> journal) {
    long known = highest;
    Set<Long> created = new HashSet<>();
    for (CrashJournal.Line line : journal) {
      if (line.word().equals(CrashWorker.CREATED)) {
        long id = Long.parseLong(line.rest());
        Expect.that(
            "VS-3",
            id > known && created.add(id),
            () -> "a new generation has the id " + id + ", which was used before");
        highest = Math.max(highest, id);
      }
    }
    count++;
  }

  private void checkLifeCycle(List<Generation> all) {
    for (Generation.State state : List.of(Generation.State.BUILDING, Generation.State.ACTIVE)) {
      long count = all.stream().filter(generation -> generation.state() == state).count();
      Expect.that("VS-1", count <= 1, () -> count + " generations are " + state);
    }
    for (Generation generation : all) {
      Instant before = generations.put(generation.id(), generation.created());
      Expect.that(
          "VS-3",
          before == null || before.equals(generation.created()),
          () -> "generation " + generation.id() + " was created twice");
      highest = Math.max(highest, generation.id());
    }
    count += 2;
  }

  private void checkCoverage(long generation) {
    Coverage counted;
    Coverage listed;
    Coverage again;
    do {
      counted = storage.archive.coverage(generation);
      long embedded =
          storage
              .archive
              .store()
              .embeddedIds(generation, 0, StorageUnderTest.MAX_MESSAGES + 1)
              .size();
      long rejected =
          storage
              .archive
              .store()
              .rejections(generation, 0, StorageUnderTest.MAX_MESSAGES + 1)
              .size();
      long missing = storage.archive.needsWork(generation).size();
      long live =
          storage.archive.store().filterIds(StorageUnderTest.ALL_IDS, MessageFilter.ALL).size();
      again = storage.archive.coverage(generation);
      long blank = live - embedded - rejected - missing;
      listed = blank < 0 ? again : new Coverage(live, embedded, blank, rejected, missing);
    } while (!counted.equals(again));
    Expect.equal("MS-11", listed, counted, "coverage, against what can be listed");
    count++;
  }

  /** A stamp's revision names a text: each read of that revision returns that text. */
  private void checkStampedVectors(long generation) {
    Map<Long, Long> stamped = new HashMap<>();
    for (MessageRevision stamp :
        storage.archive.store().embeddedIds(generation, 0, StorageUnderTest.MAX_MESSAGES)) {
      stamped.put(stamp.messageId(), stamp.revision());
    }
    Map<Long, MessageVectors> vectors = storage.vectors(generation);
    for (Message message :
        storage
            .archive
            .store()
            .find(stamped.keySet(), StorageUnderTest.POLICY.maxBodyCharacters())) {
      if (!Objects.equals(message.revision(), stamped.get(message.id()))) {
        continue; // written to in between, and no longer stamped
      }
      MessageVectors actual = vectors.get(message.id());
      Expect.that(
          "EJ-1",
          actual != null
              && actual.revision() == message.revision()
              && actual.chunks().equals(storage.expectedChunks(message)),
          () ->
              "message %d is stamped for generation %d at revision %d, but the index has %s"
                  .formatted(message.id(), generation, message.revision(), actual));
      count++;
    }
  }

  /**
   * A stamped message has words of its revision. Of workers that share a generation, one may write
   * older words over those of another; it puts that right at once, or the next run does.
   */
  private void checkStampedWords(long generation) {
    if (!wordsAreKept || wordsLost || storage.index.store().supportsSharedLease()) {
      return;
    }
    List<MessageRevision> stamps =
        storage.archive.store().embeddedIds(generation, 0, StorageUnderTest.MAX_MESSAGES);
    Map<Long, Long> words = storage.indexedWords();
    Map<Long, Long> present = storage.liveRevisions(Scope.ALL);
    for (MessageRevision stamp : stamps) {
      if (Objects.equals(present.get(stamp.messageId()), stamp.revision())) {
        Expect.equal(
            "EJ-21",
            Optional.of(stamp.revision()),
            Optional.ofNullable(words.get(stamp.messageId())),
            "the revision of the words of message " + stamp.messageId() + ", which is stamped");
        count++;
      }
    }
  }

  private void checkSearch(Generation generation) {
    int k = StorageUnderTest.MAX_MESSAGES;
    float[] query = storage.embedder.vector("tea at noon");
    long there;
    long found;
    long again;
    do {
      there = storage.index.store().size(generation.id()).messages();
      found = storage.index.store().search(generation.id(), query, k).size();
      again = storage.index.store().size(generation.id()).messages();
    } while (there != again);
    Expect.equal("VS-10", there, found, "how many messages a search finds when it asks for all");
    Expect.equal(
        "VS-9", there, (long) storage.vectors(generation.id()).size(), "what the index counts");
    count += 2;
  }

  private void checkLeaseIsFree(long generation) {
    long deadline = System.nanoTime() + Settings.timeout().toNanos();
    Optional<Lease> lease = storage.index.store().lease(generation);
    while (lease.isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
      lease = storage.index.store().lease(generation);
    }
    lease
        .orElseThrow(
            () -> Expect.violationOf("VS-15", "the lease of a killed process is not free again"))
        .close();
    count++;
  }
}
