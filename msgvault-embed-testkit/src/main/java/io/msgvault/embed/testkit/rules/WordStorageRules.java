package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.WordsUnderTest.message;
import static io.msgvault.embed.testkit.model.WordsUnderTest.query;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.Settings;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.WordsUnderTest;
import io.msgvault.embed.testkit.process.ChildProcess;
import io.msgvault.embed.testkit.process.WordWriter;
import io.msgvault.embed.text.Stemmer;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.Example;

/** Holds an index of words to what it keeps: over kills, policies, archives and closing. */
public interface WordStorageRules extends WordIndexContext {

  // WI-2

  @Rule("WI-2")
  @Example
  default void wordsSurviveReopening() {
    try (WordsUnderTest words = words()) {
      UUID archive = UUID.randomUUID();
      words.index().bind(archive);
      words.index().upsert(List.of(message(1, "tea"), message(2, 7, "soup"), message(3, "cake")));
      words.index().delete(List.of(3L));
      List<WordHit> hits = words.search("soup");
      words.reopen();
      Expect.equal(hits, words.search("soup"), "the hits after reopening");
      Expect.equal(List.of(), words.find("cake"), "what a deleted word finds after reopening");
      Expect.equal(
          List.of(new MessageRevision(1, 1), new MessageRevision(2, 7)),
          words.index().entries(0, 9),
          "the entries after reopening");
      Expect.equal(Optional.of(archive), words.index().archive(), "the archive after reopening");
    }
  }

  @Rule({"WI-2", "WI-3"})
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void wordsOfKilledProcessSurvive() {
    try (WordsUnderTest words = words()) {
      words.index().upsert(List.of(message(1, "tea")));
      Expect.equal("WI-7", List.of(1L), words.find("tea"), "the hits at first");
      try (ChildProcess child =
          ChildProcess.start(
              words.fixture().otherProcess(), ChildProcess.Task.UPSERT_WORDS, 2, 8, "more tea")) {
        child.readAnswer();
        Expect.equal(
            "WI-3", List.of(1L, 2L), words.find("tea"), "the hits once the other process is done");
        words.index().upsert(List.of(message(3, "still more tea")));
        child.kill();
      }
      Expect.equal(
          "WI-2",
          List.of(new MessageRevision(1, 1), new MessageRevision(2, 8), new MessageRevision(3, 1)),
          words.open().entries(0, 9),
          "the entries after the kill");
    }
  }

  /** Kills writers at any moment of a call. What they had answered is there, and whole. */
  @Rule({"WI-2", "WI-3"})
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  default void killedWriterLeavesWholeMessages() {
    Random random = new Random(Settings.seedOrRandom());
    try (WordsUnderTest words = words()) {
      long version = 0;
      for (int kill = 0; kill < Settings.kills(6); kill++) {
        try (ChildProcess writer = WordWriter.start(words.fixture().otherProcess(), version)) {
          for (int i = random.nextInt(5); i >= 0; i--) {
            version = Long.parseLong(writer.readAnswer());
          }
          LockSupport.parkNanos(random.nextInt(30_000_000));
          for (String answer : writer.killAndReadAnswers()) {
            version = Long.parseLong(answer);
          }
        }
        requireWhole(words.index(), version);
        requireWhole(words.reopen(), version);
        version++;
      }
      words.index().upsert(WordWriter.messages(version));
      requireWhole(words.index(), version);
    }
  }

  private static void requireWhole(WordIndex index, long least) {
    List<MessageRevision> entries = index.entries(0, 99);
    Expect.equal(
        "WI-2",
        WordWriter.IDS,
        entries.stream().map(MessageRevision::messageId).toList(),
        "the messages after version " + least);
    for (MessageRevision entry : entries) {
      Expect.that(
          "WI-2",
          entry.revision() >= least,
          () -> "version " + least + " was written, but " + entry + " is there");
    }
    Map<MessageRevision, List<Long>> found = revisionsFound(index, entries);
    List<MessageRevision> later = index.entries(0, 99);
    // A server may still carry out what the writer had sent before it was killed.
    while (!later.equals(entries)) {
      entries = later;
      found = revisionsFound(index, entries);
      later = index.entries(0, 99);
    }
    found.forEach(
        (entry, revisions) ->
            Expect.equal(
                "WI-3",
                Collections.nCopies(revisions.size(), entry.revision()),
                revisions,
                "the revisions of message " + entry.messageId() + " that have its words"));
    Expect.equal(
        "WI-3",
        WordWriter.IDS,
        WordsUnderTest.ids(index.search(query("always"), 99)),
        "what the word of all versions finds");
  }

  /** For each entry and each word of its version, the revision that the word finds; or -1. */
  private static Map<MessageRevision, List<Long>> revisionsFound(
      WordIndex index, List<MessageRevision> entries) {
    Map<MessageRevision, List<Long>> found = new LinkedHashMap<>();
    for (MessageRevision entry : entries) {
      List<Long> revisions = new ArrayList<>();
      for (String word : WordWriter.words(entry.revision()).split(" ", -1)) {
        List<WordHit> hits = index.search(query(word), 9, List.of(entry.messageId()));
        revisions.add(hits.size() == 1 ? hits.get(0).revision() : -1);
      }
      found.put(entry, revisions);
    }
    return found;
  }

  @Rule("WI-2")
  @Example
  default void wordsSurvivePowerLoss() {
    Expect.skip("no test can cut the power: look at how the engine is told to flush");
  }

  // WI-15

  @Rule("WI-15")
  @Example
  default void otherPolicyIsRefused() {
    WordAnalyzer other = WordAnalyzer.with(Stemmer.none());
    try (WordsUnderTest words = words()) {
      Expect.equal(WordsUnderTest.ANALYZER.policy(), words.index().policy(), "the policy");
      words.index().upsert(List.of(message(1, "heated")));
      WordPolicyException refusal =
          Expect.thrown(
              WordPolicyException.class,
              "opening with another stemmer",
              () -> words.fixture().open(other).close());
      Expect.equal(WordsUnderTest.ANALYZER.policy(), refusal.found(), "the policy that is found");
      Expect.equal(other.policy(), refusal.expected(), "the policy that is expected");
      Expect.equal(List.of(1L), words.find("heating"), "the hits after the refusal");
      Expect.equal(
          List.of(new MessageRevision(1, 1)), words.open().entries(0, 9), "the entries after it");
    }
  }

  // WI-16

  @Rule("WI-16")
  @Example
  default void indexBelongsToOneArchive() {
    UUID archive = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    try (WordsUnderTest words = words()) {
      WordIndex second = words.open();
      Expect.equal(Optional.empty(), words.index().archive(), "the archive of a new index");
      words.index().bind(archive);
      words.index().bind(archive);
      words.index().upsert(List.of(message(1, "tea")));
      for (WordIndex index : List.of(words.index(), second, words.open())) {
        Expect.equal(Optional.of(archive), index.archive(), "the archive");
        ArchiveMismatchException refusal =
            Expect.thrown(
                ArchiveMismatchException.class,
                "binding to another archive",
                () -> index.bind(other));
        Expect.equal(archive, refusal.bound(), "the archive that the error names");
        Expect.equal(other, refusal.given(), "the other archive that the error names");
      }
      Expect.equal(Optional.of(archive), words.reopen().archive(), "the archive in the end");
    }
  }

  // WI-18

  @Rule("WI-18")
  @Example
  default void lastRunIsWhatWasNotedLast() {
    UUID archive = UUID.randomUUID();
    try (WordsUnderTest words = words()) {
      WordIndex second = words.open();
      Expect.equal(OptionalLong.empty(), words.index().lastRun(), "the last run of a new index");
      words.index().recordRun(7);
      words.index().bind(archive);
      words.index().upsert(List.of(message(1, "tea")));
      Expect.equal(OptionalLong.of(7), second.lastRun(), "the last run, after other writes");
      second.recordRun(3);
      second.delete(List.of(1L));
      for (WordIndex index : List.of(second, words.open(), words.reopen())) {
        Expect.equal(OptionalLong.of(3), index.lastRun(), "the run that was noted last");
        Expect.equal("WI-16", Optional.of(archive), index.archive(), "the archive after a run");
      }
    }
  }

  // WI-17

  @Rule("WI-17")
  @Example
  default void closedIndexRefusesEveryCall() {
    try (WordsUnderTest words = words()) {
      MessageWords message = message(1, "tea");
      words.index().upsert(List.of(message));
      WordIndex closed = words.open();
      Expect.equal(1L, closed.size(), "the size before closing");
      closed.close();
      closed.close();
      List<Expect.ThrowingRunnable> calls =
          List.of(
              () -> closed.bind(UUID.randomUUID()),
              closed::archive,
              closed::analyzer,
              closed::policy,
              () -> closed.upsert(List.of(message)),
              () -> closed.delete(List.of(1L)),
              closed::size,
              () -> closed.entries(0, 1),
              () -> closed.entries(List.of(1L)),
              closed::lastRun,
              () -> closed.recordRun(1),
              () -> closed.search(query("tea"), 1),
              () -> closed.search(query("tea"), 1, List.of(1L)),
              () -> closed.statistics(List.of()));
      for (int i = 0; i < calls.size(); i++) {
        Expect.thrown(
            IllegalStateException.class, "call " + (i + 1) + " of a closed index", calls.get(i));
      }
      Expect.equal(List.of(1L), words.find("tea"), "what another instance finds");
      words.index().upsert(List.of(message(2, "tea")));
      Expect.equal(2L, words.index().size(), "the size after another instance wrote");
    }
  }
}
