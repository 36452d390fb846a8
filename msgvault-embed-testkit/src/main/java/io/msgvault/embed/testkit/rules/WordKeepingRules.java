package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.STRIPE;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.WordCoverage;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How runs write the words of an archive. */
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

  /** An index of files ends a write where the thread is interrupted. */
  @Rule({"EJ-21", "EJ-13"})
  @Example
  default void interruptedWriteOfWordsCancelsTheRun() {
    try (StorageUnderTest storage = storage(5)) {
      CallInterceptor interrupted =
          FillRules.before(
              "WordIndex.upsert",
              () -> {
                Thread.currentThread().interrupt();
                throw new StoreException("the write was interrupted");
              });
      RunOutcome outcome = storage.job(interrupted).build().runOnce();
      Expect.that(Thread.interrupted(), "the interrupt status is lost");
      Expect.that(
          "EJ-13",
          outcome instanceof RunOutcome.Cancelled,
          () -> "a run that is interrupted while it writes words ends as " + outcome);
      storage.run();
      storage.requireExact(Scope.ALL);
    }
  }

  /** Another worker stamps a message between the reading of its words and their writing. */
  @Rule("EJ-21")
  @Needs(Capability.SHARED_LEASES)
  @Example
  default void olderWordsOfAnotherWorkerDoNotStay() {
    List<Long> ids = List.of(1L, 2L, STRIPE + 1L, STRIPE + 2L, STRIPE + 3L);
    try (StorageUnderTest storage = new StorageUnderTest(openFixture(), ids)) {
      ids.forEach(id -> storage.archive.insert(id, "text number " + id));
      EmbedJob other =
          storage
              .job(storage.archive.open(), storage.index.open())
              .words(storage.words.open())
              .sharedLease()
              .build();
      CallInterceptor beside =
          FillRules.before(
              "WordIndex.upsert",
              () -> {
                storage.edit(STRIPE + 1L, JobContext.text("edited"));
                storage.archive.writer().purge(STRIPE + 2L);
                StorageUnderTest.completed(other.runOnce());
              });
      StorageUnderTest.completed(storage.job(beside).sharedLease().build().runOnce());
      storage.requireStampsHaveWords();
      Expect.equal(
          "EJ-24",
          List.of(),
          storage.words.index().entries(List.of(STRIPE + 2L)),
          "the words of a message that was deleted before they were written");
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

  /** An endpoint may be down before it has ever told its model, and after a restart. */
  @Rule("EJ-22")
  @Example
  default void wordsAreWrittenWithoutModel() {
    try (StorageUnderTest storage = storage(20)) {
      storage.embedder.modelKnown(false);
      requireWordsInFailedRun(storage, "no model was ever known");
      storage.embedder.modelKnown(true);
      storage.run();
      storage.requireExact(Scope.ALL);
      storage.archive.insert(21, "fresh mail");
      storage.edit(2, JobContext.text("edited"));
      storage.embedder.modelKnown(false);
      requireWordsInFailedRun(storage, "a generation is active");
    }
  }

  private static void requireWordsInFailedRun(StorageUnderTest storage, String when) {
    RunOutcome outcome = storage.job().build().runOnce();
    Expect.that(
        outcome instanceof RunOutcome.Failed,
        () -> "a run whose embedder does not know its model ends as " + outcome);
    Expect.equal(
        storage.liveRevisions(Scope.ALL),
        storage.indexedWords(),
        "the words after a run without a model, when " + when);
  }

  /** The first run may take days, and its words are there in minutes. */
  @Rule("EJ-22")
  @Example
  default void wordsAreCurrentOnceTheyHaveCaughtUp() {
    try (StorageUnderTest storage = storage(20)) {
      List<WordCoverage> states = new ArrayList<>();
      EmbedJob job = storage.job().build();
      storage.embedder.duringCalls(() -> states.add(job.status().words().orElseThrow()));
      StorageUnderTest.completed(job.runOnce());
      Expect.equal(
          new WordCoverage(20, 20, true), states.get(0), "the words while the first run embeds");
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
}
