package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.model.WordFindings;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.WordCoverage;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import io.msgvault.embed.testkit.model.WordsUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How runs keep the words of an archive. */
public interface WordKeepingRules extends JobContext {
  // EJ-21

  /** Edits messages while the embedder works, so that the run reads what it has not seen before. */
  @Rule("EJ-21")
  @Property(tries = 8)
  default void wordsAreWrittenBeforeVectorsAndStamps(@ForAll @IntRange(min = 1, max = 5) int call) {
    try (StorageUnderTest storage = storage(20)) {
      storage.archive.writer().edit(3, JobContext.text(" "));
      storage.embedder.refusing(text -> text.contains("number 5"));
      storage.embedder.duringCalls(
          () -> {
            if (storage.embedder.calls() == call) {
              for (long id : List.of(1, 9, 14, 20)) {
                storage.edit(id, JobContext.text("edited " + id));
              }
            }
          });
      CallInterceptor order =
          (name, arguments) -> {
            if (name.equals("VectorStore.upsert")) {
              for (Object vectors : (Collection<?>) arguments[1]) {
                MessageVectors message = (MessageVectors) vectors;
                requireWords(storage, message.messageId(), message.revision(), "has vectors");
              }
            } else if (name.equals("MessageStore.stamp")) {
              for (Object stamp : (Collection<?>) arguments[1]) {
                Stamp message = (Stamp) stamp;
                requireWords(storage, message.messageId(), message.revision(), "is stamped");
              }
            }
          };
      StorageUnderTest.completed(storage.job(order).build().runOnce());
      storage.requireStampsHaveWords();
      storage.embedder.duringCalls(() -> {});
      StorageUnderTest.completedOrIdle(storage.job(order).build().runOnce());
      storage.requireFilled(Scope.ALL);
    }
  }

  /** Words of a later revision do no harm: the text was edited since. Its stamp is missed. */
  private static void requireWords(
      StorageUnderTest storage, long id, long revision, String progress) {
    List<MessageRevision> words = storage.words.index().entries(List.of(id));
    Expect.that(
        words.size() == 1
            && (words.get(0).revision() == revision
                || words.get(0).revision() == storage.archive.find(id).revision()),
        () ->
            "message %d %s at revision %d, but its words are %s"
                .formatted(id, progress, revision, words));
  }

  @Rule("EJ-21")
  @Example
  default void wordsAreThoseOfAllFields() {
    try (StorageUnderTest storage = storage()) {
      ArchiveMessage message =
          ArchiveMessage.of("", "The plumber\n\n> quoted boiler\n\n-- \nsigned")
              .withMetadata(
                  ArchiveMessage.Metadata.of("email", "main").toBuilder()
                      .sender(Optional.of("ann@example.org"))
                      .names(Map.of("ann@example.org", "Ottoline"))
                      .attachments(List.of("report.pdf"))
                      .build());
      storage.archive.writer().insert(1, message);
      storage.archive.insert(2, "another");
      storage.run();
      for (String word : List.of("plumber", "boiler", "signed")) {
        Expect.equal(List.of(1L), storage.words.find(word), "the messages with " + word);
      }
      MessageDetails details = storage.archive.store().details(List.of(1L)).get(0);
      Stream.of(details.people(), details.attachments())
          .flatMap(List::stream)
          .forEach(
              known ->
                  Expect.equal(
                      List.of(1L), storage.words.find(known), "the messages with " + known));
    }
  }

  @Rule("EJ-21")
  @Example
  default void failingWordsFailTheRun() {
    try (StorageUnderTest storage = storage(5)) {
      CallInterceptor full =
          FillRules.before(
              "WordIndex.upsert",
              () -> {
                throw new StoreException("the disk is full");
              });
      RunOutcome outcome = storage.job(full).build().runOnce();
      Expect.that(
          outcome instanceof RunOutcome.Failed,
          () -> "a run whose words cannot be written ends as " + outcome);
      Expect.equal(5L, storage.coverage().missing(), "the messages that need work");
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  // EJ-22

  @Rule("EJ-22")
  @Example
  default void wordsComeFirst() {
    try (StorageUnderTest storage = storage(20)) {
      storage.run();
      for (long id = 21; id <= 40; id++) {
        storage.archive.insert(id, "text number " + id);
      }
      storage.edit(2, JobContext.text("edited"));
      storage.archive.writer().edit(30, JobContext.text(" "));
      List<Map<Long, Long>> atFirst = new ArrayList<>();
      storage.embedder.duringCalls(() -> atFirst.add(storage.indexedWords()));
      storage.run();
      Expect.equal(
          storage.liveRevisions(Scope.ALL),
          atFirst.get(0),
          "the words while the first text is embedded");
    }
  }

  @Rule("EJ-22")
  @Example
  default void newMailGetsWordsDuringRun() {
    try (StorageUnderTest storage = storage(40)) {
      List<Boolean> found = new ArrayList<>();
      storage.embedder.duringCalls(
          () -> {
            if (storage.embedder.calls() == 1) {
              storage.archive.insert(50, "fresh mail");
              storage.advanceClock(Duration.ofSeconds(5));
            } else {
              found.add(storage.words.find("fresh").contains(50L));
            }
          });
      storage.run();
      Expect.that(found.size() > 3, "the run was over too soon");
      Expect.equal(List.of(), found.stream().filter(f -> !f).toList(), "later calls without words");
    }
  }

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
  @Property(tries = 4)
  default void comparisonThatFailedIsMadeAgain(@ForAll @IntRange(min = 1, max = 6) int call) {
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
