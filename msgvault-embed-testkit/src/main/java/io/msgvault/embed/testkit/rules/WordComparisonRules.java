package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.model.WordFindings;
import io.msgvault.embed.store.WordCoverage;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import io.msgvault.embed.testkit.model.WordsUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Example;

/** How runs compare the words of an archive, and when. */
public interface WordComparisonRules extends JobContext {
  // EJ-23

  /** Puts words back as they were, as from a copy of the index. */
  private static void putBack(StorageUnderTest storage, Map<Long, Long> copy, long lastRun) {
    Set<Long> now = storage.indexedWords().keySet();
    storage.words.index().delete(now);
    storage
        .words
        .index()
        .upsert(
            copy.entrySet().stream()
                .map(entry -> WordsUnderTest.message(entry.getKey(), entry.getValue(), "old"))
                .toList());
    storage.words.index().recordRun(lastRun);
    storage.advanceClock(Duration.ofSeconds(1));
  }

  private static long lastRun(StorageUnderTest storage) {
    return storage.words.index().lastRun().orElseThrow();
  }

  @Rule("EJ-23")
  @Example
  default void wordsOfAnIndexFromBeforeAreWritten() {
    try (StorageUnderTest storage = storage(10)) {
      StorageUnderTest.completed(storage.jobWithoutWords().build().runOnce());
      Expect.equal(Map.of(), storage.indexedWords(), "the words without an index of words");
      storage.advanceClock(Duration.ofSeconds(1));
      requireState(storage, new WordCoverage(0, 10, false));
      storage.run();
      storage.requireExactWords(Scope.ALL);
      requireState(storage, new WordCoverage(10, 10, true));
      requireIdle(storage);
    }
  }

  private static void requireState(StorageUnderTest storage, WordCoverage expected) {
    IndexStatus status = storage.job().build().status();
    Expect.equal(expected, status.words().orElseThrow(), "the state of the words");
    Expect.equal(
        expected.current() && expected.indexed() >= expected.live(),
        status.words().orElseThrow().complete(),
        "whether the words are complete");
  }

  private static void requireIdle(StorageUnderTest storage) {
    List<String> calls = new ArrayList<>();
    RunOutcome outcome = storage.job((call, arguments) -> calls.add(call)).build().runOnce();
    Expect.that(
        outcome instanceof RunOutcome.Idle, () -> "a run with nothing to do ends as " + outcome);
    Expect.that(
        calls.stream().noneMatch(List.of("WordIndex.entries", "MessageStore.live")::contains),
        () -> "a run with nothing to do compares words: " + calls);
  }

  @Rule("EJ-23")
  @Example
  default void olderCopyIsBroughtUpToDate() {
    try (StorageUnderTest storage = storage(10)) {
      storage.run();
      Map<Long, Long> copy = storage.indexedWords();
      long run = lastRun(storage);
      storage.advanceClock(Duration.ofSeconds(1));
      storage.edit(3, JobContext.text("edited"));
      storage.archive.insert(11, "inserted");
      storage.archive.remove(2);
      storage.run();
      storage.requireExactWords(Scope.ALL);
      putBack(storage, copy, run);
      requireState(storage, new WordCoverage(10, 10, false));
      storage.run();
      storage.requireExactWords(Scope.ALL);
      requireIdle(storage);
    }
  }

  /** The copy is from before a run that was killed when all was stamped. */
  @Rule("EJ-23")
  @Example
  default void olderCopyAfterKilledRunIsBroughtUpToDate() {
    try (StorageUnderTest storage = storage(10)) {
      storage.run();
      Map<Long, Long> copy = storage.indexedWords();
      long run = lastRun(storage);
      storage.advanceClock(Duration.ofSeconds(1));
      storage.archive.insert(11, "inserted");
      CallInterceptor dead =
          FillRules.before(
                  "VectorStore.endRun",
                  () -> {
                    throw new CallInterceptor.ProcessKilled();
                  })
              .andThen(
                  FillRules.before(
                      "Lease.close",
                      () -> {
                        throw new CallInterceptor.ProcessKilled();
                      }));
      Expect.thrown(
          CallInterceptor.ProcessKilled.class,
          "a killed run",
          () -> storage.job(dead).build().runOnce());
      storage.restart();
      putBack(storage, copy, run);
      storage.run();
      storage.requireExactWords(Scope.ALL);
      requireIdle(storage);
    }
  }

  @Rule("EJ-23")
  @Example
  default void runWithoutWordsIsNoticed() {
    try (StorageUnderTest storage = storage(10)) {
      storage.run();
      storage.advanceClock(Duration.ofSeconds(1));
      storage.archive.insert(11, "inserted");
      StorageUnderTest.completed(storage.jobWithoutWords().build().runOnce());
      storage.run();
      storage.requireExactWords(Scope.ALL);
    }
  }

  /** A comparison that is cut short is made again, also if nothing else needs work by then. */
  @Rule("EJ-23")
  @Example
  default void comparisonThatFailedIsMadeAgain() {
    for (int call = 1; call <= 6; call++) {
      failComparison(call);
    }
  }

  private void failComparison(int call) {
    try (StorageUnderTest storage = storage(10)) {
      storage.run();
      putBack(storage, Map.of(), 0);
      CallInterceptor broken =
          new CallInterceptor() {
            private int calls;

            @Override
            public void before(String name, Object[] arguments) {
              if (name.startsWith("WordIndex.") && ++calls == 3 + call) {
                throw new StoreException("the disk is full");
              }
            }
          };
      RunOutcome outcome = storage.job(broken).build().runOnce();
      storage.advanceClock(Duration.ofSeconds(1));
      StorageUnderTest.completedOrIdle(storage.job().build().runOnce());
      Expect.equal(
          storage.liveRevisions(Scope.ALL), storage.indexedWords(), "the words after " + outcome);
    }
  }

  /** A run that ends before it looks at words does not say that they are current. */
  @Rule("EJ-23")
  @Example
  default void runThatFailedBeforeComparingIsFollowedByComparison() {
    for (String call : List.of("MessageStore.coverage", "MessageStore.removed")) {
      failBeforeComparing(call);
    }
  }

  private void failBeforeComparing(String call) {
    try (StorageUnderTest storage = storage(10)) {
      storage.run();
      putBack(storage, Map.of(), 0);
      CallInterceptor broken =
          new CallInterceptor() {
            private boolean begun;

            @Override
            public void before(String name, Object[] arguments) {
              begun |= name.equals("VectorStore.beginRun");
              if (begun && name.equals(call)) {
                throw new StoreException("the disk is full");
              }
            }
          };
      RunOutcome outcome = storage.job(broken).build().runOnce();
      Expect.that(
          outcome instanceof RunOutcome.Failed, () -> "a run whose " + call + " fails: " + outcome);
      storage.advanceClock(Duration.ofSeconds(1));
      storage.run();
      storage.requireExactWords(Scope.ALL);
      requireIdle(storage);
    }
  }

  /** The clock of a host was wrong, or those of two hosts differ. */
  @Rule("EJ-23")
  @Example
  default void runsEndIdleAlsoAfterOneWhoseClockWasAhead() {
    try (StorageUnderTest storage = storage(10)) {
      storage.run();
      storage.advanceClock(Duration.ofHours(20));
      storage.archive.insert(11, "inserted");
      storage.run();
      storage.advanceClock(Duration.ofHours(-19));
      storage.archive.insert(12, "inserted");
      storage.run();
      requireIdle(storage);
      requireState(storage, new WordCoverage(12, 12, true));
      storage.advanceClock(Duration.ofHours(20));
      StorageUnderTest.completed(storage.jobWithoutWords().build().runBackstop());
      requireState(storage, new WordCoverage(12, 12, false));
    }
  }

  @Rule("EJ-23")
  @Example
  default void backstopComparesWordsBothWays() {
    try (StorageUnderTest storage = storage(10)) {
      storage.run();
      storage.words.index().delete(List.of(1L));
      storage
          .words
          .index()
          .upsert(
              List.of(
                  WordsUnderTest.message(2, 1_000_000, "old"),
                  WordsUnderTest.message(59, 1, "orphan")));
      Map<Long, Long> before = storage.indexedWords();
      BackstopFindings found = BackstopFindings.NONE.withWords(new WordFindings(1, 1, 1));
      Expect.equal(found, storage.job().build().verify(), "what verify finds");
      Expect.equal(before, storage.indexedWords(), "the words after verifying");
      storage.backstop();
      storage.requireExact(Scope.ALL);
      Expect.equal(BackstopFindings.NONE, storage.job().build().verify(), "the findings left");
    }
  }

  @Rule("EJ-23")
  @Example
  default void wordsFollowTheScope() {
    try (StorageUnderTest storage = storage()) {
      storage.archive.assumeMessageTypes();
      for (long id = 1; id <= 8; id++) {
        storage
            .archive
            .writer()
            .insert(
                id,
                ArchiveMessage.of("", "text " + id)
                    .withMetadata(
                        ArchiveMessage.Metadata.of(id % 2 == 0 ? "chat" : "email", "main")));
      }
      storage.run();
      storage.requireExactWords(Scope.ALL);
      Scope chats = new Scope(Set.of("chat"), Set.of());
      StorageUnderTest.completed(storage.job().scope(chats).build().rebuild());
      storage.requireExactWords(chats);
      Expect.equal(4, storage.indexedWords().size(), "the messages that have words");
    }
  }

  @Rule("EJ-23")
  @Example
  default void wordsOfAnotherArchiveBlockRuns() {
    try (StorageUnderTest storage = storage(3)) {
      storage.words.index().bind(UUID.randomUUID());
      RunOutcome outcome = storage.job().build().runOnce();
      Expect.that(
          outcome instanceof RunOutcome.Blocked blocked
              && blocked.obstacle() == RunOutcome.Blocked.Obstacle.ARCHIVE_MISMATCH,
          () -> "a run over the words of another archive ends as " + outcome);
      Expect.equal(Map.of(), storage.indexedWords(), "the words of the other archive");
      EmbedJob job = storage.jobWithoutWords().build();
      StorageUnderTest.completed(job.runOnce());
      Expect.that(job.status().words().isEmpty(), "a job without words tells their state");
    }
  }
}
