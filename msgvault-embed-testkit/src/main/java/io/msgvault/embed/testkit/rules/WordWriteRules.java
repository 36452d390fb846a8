package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.WordsUnderTest.message;
import static io.msgvault.embed.testkit.model.WordsUnderTest.query;

import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.ReadWritePace;
import io.msgvault.embed.testkit.model.WordAction;
import io.msgvault.embed.testkit.model.WordsUnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Holds an index of words to what it writes and lists. */
public interface WordWriteRules extends WordIndexContext {

  // WI-1

  @Rule({"WI-1", "WI-3", "WI-4", "WI-5", "WI-6", "WI-7"})
  @Property(tries = 25)
  default void wordIndexMatchesModel(@ForAll("wordActions") List<WordAction> actions) {
    WordIndex model =
        new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordsUnderTest.ANALYZER);
    try (WordsUnderTest words = words()) {
      List<WordIndex> instances = List.of(words.index(), words.open());
      for (WordAction action : actions) {
        action.applyTo(instances.get(action.instance()));
        action.applyTo(model);
        WordIndex reader = instances.get(1 - action.instance());
        Expect.equal("WI-5", model.entries(0, 99), reader.entries(0, 99), "the entries");
        Expect.equal("WI-4", model.size(), reader.size(), "the size");
        for (String word : List.of("tea", "soup", "heating", "room \"server room\"", "箱")) {
          Expect.equal(
              "WI-1",
              new HashSet<>(WordsUnderTest.ids(model.search(query(word), WordsUnderTest.ALL))),
              new HashSet<>(WordsUnderTest.ids(reader.search(query(word), WordsUnderTest.ALL))),
              "the messages that " + word + " finds");
        }
      }
    }
  }

  @Rule("WI-1")
  @Example
  default void upsertReplacesAllWords() {
    try (WordsUnderTest words = words()) {
      words.index().upsert(List.of(message(1, "tea soup"), message(2, "tea")));
      MessageWords edited =
          new MessageWords(1, 2, Map.of(WordField.SUBJECT, "cake", WordField.PEOPLE, "Ottoline"));
      words.index().upsert(List.of(edited));
      Expect.equal(List.of(), words.find("soup"), "what a former word finds");
      Expect.equal(List.of(2L), words.find("tea"), "what the neighbour's word finds");
      Expect.equal(List.of(1L), words.find("ottoline"), "what a new word finds");
      words.index().upsert(List.of());
      Expect.equal(2L, words.index().size(), "the size after nothing was upserted");
    }
  }

  @Rule("WI-1")
  @Example
  default void repeatedMessageRejectsWholeBatch() {
    try (WordsUnderTest words = words()) {
      words.index().upsert(List.of(message(1, "tea")));
      Expect.thrown(
          IllegalArgumentException.class,
          "an upsert that has a message twice",
          () ->
              words
                  .index()
                  .upsert(List.of(message(1, "soup"), message(2, "soup"), message(2, "cake"))));
      Expect.equal(List.of(), words.find("soup cake"), "what words of the refused batch find");
      Expect.equal(List.of(1L), words.find("tea"), "what the former word finds");
    }
  }

  // WI-3

  @Rule("WI-3")
  @Example
  default void otherInstancesSeeWritesAtOnce() {
    try (WordsUnderTest words = words()) {
      WordIndex other = words.open();
      Expect.equal(List.of(), other.search(query("tea"), 9), "what is found at first");
      words.index().upsert(List.of(message(1, "tea")));
      Expect.equal(
          List.of(1L), WordsUnderTest.ids(other.search(query("tea"), 9)), "after an upsert");
      words.index().delete(List.of(1L));
      Expect.equal(List.of(), other.search(query("tea"), 9), "what is found after a deletion");
    }
  }

  /** Each version of a message has words and a revision of its own. */
  @Rule("WI-3")
  @Example
  default void upsertIsAtomicPerMessage() {
    int versions = effort().of(60);
    try (WordsUnderTest words = words()) {
      words.index().upsert(List.of(version(0)));
      AtomicLong latest = new AtomicLong();
      ReadWritePace pace = new ReadWritePace(versions, 1);
      List<Expect.ThrowingRunnable> racers = new ArrayList<>();
      racers.add(
          () -> {
            for (int i = 1; pace.keepWriting(i - 1); i++) {
              words.index().upsert(List.of(version(i)));
              latest.set(i);
            }
          });
      for (WordIndex reader : List.of(words.index(), words.open())) {
        racers.add(
            () -> {
              while (pace.keepReading()) {
                requireOneVersion(reader, latest.get());
              }
            });
      }
      ConcurrentCalls.runAll(racers);
    }
  }

  private static MessageWords version(long version) {
    return message(1, version, "always first" + version + " second" + version);
  }

  private static void requireOneVersion(WordIndex reader, long least) {
    List<WordHit> always = reader.search(query("always"), 9);
    Expect.equal(List.of(1L), WordsUnderTest.ids(always), "what the word of all versions finds");
    long revision = always.get(0).revision();
    Expect.that(
        revision >= least,
        () -> "version " + revision + " is found after " + least + " is written");
    for (WordHit hit : reader.search(query("first" + revision), 9)) {
      Expect.equal(revision, hit.revision(), "the revision that has the word of " + revision);
    }
    for (MessageRevision entry : reader.entries(0, 9)) {
      Expect.that(
          entry.revision() >= least,
          () -> "version " + entry.revision() + " is listed after " + least + " is written");
    }
  }

  @Rule("WI-3")
  @Example
  default void writersOfSeveralInstancesTakeTurns() {
    int rounds = effort().of(10);
    try (WordsUnderTest words = words()) {
      List<Expect.ThrowingRunnable> racers = new ArrayList<>();
      List<WordIndex> instances = List.of(words.index(), words.open(), words.index());
      for (int i = 0; i < instances.size(); i++) {
        WordIndex instance = instances.get(i);
        long first = 1 + (long) i * rounds;
        racers.add(
            () -> {
              for (long id = first; id < first + rounds; id++) {
                instance.upsert(List.of(message(id, "tea")));
              }
            });
      }
      ConcurrentCalls.runAll(racers);
      Expect.equal(
          LongStream.rangeClosed(1, 3L * rounds).boxed().toList(),
          words.find("tea"),
          "what all writers wrote");
    }
  }

  // WI-4

  @Rule("WI-4")
  @Example
  default void deleteIsIdempotent() {
    try (WordsUnderTest words = words()) {
      words
          .index()
          .upsert(List.of(message(1, "tea"), message(2, "tea"), message(3, ""), message(4, "!")));
      Expect.equal(4L, words.index().size(), "the size with messages that have no words");
      for (int time = 1; time <= 2; time++) {
        words.index().delete(List.of(1L, 3L, 3L, 77L));
        Expect.equal(2L, words.index().size(), "the size after deletion no. " + time);
        Expect.equal(List.of(2L), words.find("tea"), "the hits after deletion no. " + time);
      }
      words.index().delete(List.of());
      words.index().delete(LongStream.rangeClosed(1, 60_000).boxed().toList());
      Expect.equal(0L, words.index().size(), "the size after the deletion of 60,000 ids");
      Expect.equal(List.of(), words.index().entries(0, 9), "the entries of an empty index");
    }
  }

  // WI-5

  @Rule("WI-5")
  @Example
  default void entriesComeInPagesById() {
    List<Long> ids = List.of(5L, 1L, Long.MAX_VALUE, 300L, 70_000L, 256L, 2L);
    try (WordsUnderTest words = words()) {
      for (long id : ids) {
        words.index().upsert(List.of(message(id, Long.MAX_VALUE - id, id % 2 == 0 ? "" : "tea")));
      }
      List<MessageRevision> expected =
          ids.stream().sorted().map(id -> new MessageRevision(id, Long.MAX_VALUE - id)).toList();
      for (int limit : List.of(1, 3, 7, 20)) {
        List<MessageRevision> all = new ArrayList<>();
        List<MessageRevision> page = words.index().entries(0, limit);
        while (!page.isEmpty() && all.size() <= expected.size()) {
          all.addAll(page);
          Expect.that(page.size() <= limit, "a page has more than " + limit + " entries");
          page = words.index().entries(page.get(page.size() - 1).messageId(), limit);
        }
        Expect.equal(expected, all, "the entries in pages of " + limit);
      }
      Expect.equal(expected.subList(1, 3), words.index().entries(1, 2), "the entries behind an id");
    }
  }

  /** Ids that an engine's numbers of documents, or their halves, do not hold. */
  @Rule({"WI-1", "WI-7", "WI-10"})
  @Example
  default void wordsOfHighIdsAreFoundAndReplaced() {
    List<Long> ids =
        List.of(
            1L,
            (long) Integer.MAX_VALUE,
            1L << 31,
            1L + (1L << 32),
            1L << 53,
            1L + (1L << 53),
            Long.MAX_VALUE - 1,
            Long.MAX_VALUE);
    try (WordsUnderTest words = words()) {
      words.index().upsert(ids.stream().map(id -> message(id, 1, "tea")).toList());
      Expect.equal("WI-7", ids, words.find("tea"), "what the word of all finds");
      for (long id : ids) {
        Expect.equal(
            "WI-10",
            List.of(id),
            WordsUnderTest.ids(words.index().search(query("tea"), 9, List.of(id))),
            "what is found of message " + id + " alone");
      }
      List<Long> replaced = List.of(1L << 31, 1L << 53, Long.MAX_VALUE);
      words.index().upsert(replaced.stream().map(id -> message(id, 2, "soup")).toList());
      words.index().delete(List.of(1L + (1L << 32)));
      Expect.equal("WI-1", replaced, words.find("soup"), "what the new words find");
      Expect.equal(
          "WI-1",
          List.of(1L, (long) Integer.MAX_VALUE, 1L + (1L << 53), Long.MAX_VALUE - 1),
          words.find("tea"),
          "what the word finds after some were replaced");
    }
  }

  @Rule("WI-5")
  @Example
  default void entriesOfGivenIdsAreThoseThatAreHeld() {
    try (WordsUnderTest words = words()) {
      words.index().upsert(List.of(message(5, 3, "tea"), message(2, 9, ""), message(70_000, "")));
      words.index().upsert(List.of(message(7, "soup"), message(5, 4, "cake")));
      words.index().delete(List.of(7L));
      Expect.equal(
          List.of(new MessageRevision(2, 9), new MessageRevision(5, 4)),
          words.index().entries(List.of(7L, 5L, 2L, 1L, 5L, -3L, 0L)),
          "the entries of some ids");
      Expect.equal(List.of(), words.index().entries(List.of()), "the entries of no ids");
      Expect.equal(
          3,
          words.open().entries(LongStream.rangeClosed(1, 70_000).boxed().toList()).size(),
          "how many of 70,000 ids are held");
    }
  }

  // WI-6

  @Rule("WI-6")
  @Example
  default void lastCallWins() {
    try (WordsUnderTest words = words()) {
      for (long revision : List.of(5L, 5L, 3L)) {
        words.index().upsert(List.of(message(1, revision, "tea number" + revision)));
      }
      Expect.equal(
          List.of(new MessageRevision(1, 3)),
          words.index().entries(0, 9),
          "the entries at the end");
      Expect.equal(List.of(1L), words.find("number3"), "what the last words find");
      Expect.equal(List.of(), words.find("number5"), "what the former words find");
    }
  }

  // WI-13

  @Rule("WI-13")
  @Property(tries = 40)
  default void oddTextsAreAccepted(@ForAll("oddTexts") String odd) {
    try (WordsUnderTest words = words()) {
      words
          .index()
          .upsert(
              List.of(
                  new MessageWords(
                      1, 1, Map.of(WordField.SUBJECT, odd, WordField.BODY, odd + " cake")),
                  message(2, "cake")));
      Expect.equal(2, words.find("cake").size(), "how many messages are found");
      Expect.equal(2L, words.index().size(), "the size");
    }
  }

  @Rule("WI-13")
  @Example
  default void longTextsAreFoundToTheEnd() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; many.length() < 99_000; i++) {
      many.append("word").append(i).append(' ');
    }
    try (WordsUnderTest words = words()) {
      words
          .index()
          .upsert(
              List.of(
                  message(1, "x".repeat(99_000) + " tea"),
                  message(2, many + "tea"),
                  message(3, "信".repeat(99_000) + " tea")));
      Expect.equal(3, words.find("tea").size(), "how many texts are found by their last word");
    }
  }
}
