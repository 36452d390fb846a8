package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.WordsUnderTest.message;
import static io.msgvault.embed.testkit.model.WordsUnderTest.query;
import static io.msgvault.embed.testkit.rules.RuleConstants.ENGINE_SYNTAX;
import static io.msgvault.embed.testkit.rules.RuleConstants.SCORE_TOLERANCE;

import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.WordsUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Holds an index of words to what it finds, in which order, and to its figures. */
public interface WordSearchRules extends WordIndexContext {

  // WI-7, WI-8

  @Rule({"WI-7", "WI-8", "WI-10", "WI-11", "WI-14"})
  @Property(tries = 60)
  default void searchRanksByFormula(
      @ForAll("messageLists") List<MessageWords> messages, @ForAll("questions") String question) {
    WordIndex model =
        new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordsUnderTest.ANALYZER);
    model.upsert(messages);
    WordQuery query = query(question);
    try (WordsUnderTest words = words()) {
      words.index().upsert(messages);
      List<WordHit> expected = model.search(query, WordsUnderTest.ALL);
      List<WordHit> hits = words.index().search(query, WordsUnderTest.ALL);
      requireSameScores("WI-8", expected, hits);
      requireOrder(hits, expected);
      for (int k : List.of(1, 3)) {
        Expect.equal(
            "WI-7",
            hits.subList(0, Math.min(k, hits.size())),
            words.index().search(query, k),
            "the first " + k + " hits");
      }
      Set<Long> some = Set.of(1L, 2L, 5L, 8L, 99L);
      requireSameScores(
          "WI-10",
          expected.stream().filter(hit -> some.contains(hit.messageId())).toList(),
          words.index().search(query, WordsUnderTest.ALL, some));
      requireSameFigures(
          model.statistics(query.terms().keySet()),
          words.index().statistics(query.terms().keySet()));
    }
  }

  private static void requireSameScores(String rule, List<WordHit> expected, List<WordHit> hits) {
    Map<Long, WordHit> byId =
        hits.stream().collect(Collectors.toMap(WordHit::messageId, Function.identity()));
    Expect.equal(
        "WI-7",
        Set.copyOf(WordsUnderTest.ids(expected)),
        byId.keySet(),
        "the messages that are found");
    for (WordHit hit : expected) {
      WordHit actual = byId.getOrDefault(hit.messageId(), hit);
      Expect.equal("WI-7", hit.revision(), actual.revision(), "the revision of a hit");
      Expect.that(
          rule,
          Math.abs(hit.score() - actual.score()) <= SCORE_TOLERANCE,
          () -> "the hit " + actual + " has by the formula the score " + hit.score());
    }
  }

  private static void requireOrder(List<WordHit> hits, List<WordHit> expected) {
    Map<Long, Double> scores =
        expected.stream().collect(Collectors.toMap(WordHit::messageId, WordHit::score));
    for (int i = 1; i < hits.size(); i++) {
      WordHit before = hits.get(i - 1);
      WordHit after = hits.get(i);
      boolean tie = Objects.equals(scores.get(before.messageId()), scores.get(after.messageId()));
      Expect.that(
          "WI-7",
          before.score() >= after.score() && (!tie || before.messageId() < after.messageId()),
          () -> before + " comes before " + after);
    }
  }

  private static void requireSameFigures(WordStatistics expected, WordStatistics actual) {
    Expect.equal("WI-14", expected.frequencies(), actual.frequencies(), "the frequencies");
    Expect.equal("WI-14", expected.messages(), actual.messages(), "the messages with terms");
    Expect.that(
        "WI-14",
        Math.abs(expected.meanLength() - actual.meanLength()) <= SCORE_TOLERANCE,
        () -> "the mean length is " + actual.meanLength() + ", not " + expected.meanLength());
  }

  @Rule("WI-7")
  @Example
  default void tiesComeById() {
    List<MessageWords> batch = new ArrayList<>();
    for (long id : List.of(9L, 2L, 40L, 7L, 300L)) {
      batch.add(message(id, "tea and soup"));
    }
    try (WordsUnderTest words = words()) {
      for (MessageWords message : batch) {
        words.index().upsert(List.of(message));
      }
      Expect.equal(List.of(2L, 7L, 9L, 40L, 300L), words.find("tea"), "equal messages");
      Expect.equal(
          List.of(2L, 7L),
          WordsUnderTest.ids(words.index().search(query("tea"), 2)),
          "the first two");
    }
  }

  @Rule("WI-7")
  @Example
  default void limitBelowOneIsRefused() {
    try (WordsUnderTest words = words()) {
      Expect.thrown(
          IllegalArgumentException.class,
          "a search for no hit",
          () -> words.index().search(query("tea"), 0));
      Expect.thrown(
          IllegalArgumentException.class,
          "a search among messages for no hit",
          () -> words.index().search(query("tea"), 0, List.of(1L)));
      words.index().upsert(List.of(message(1, "tea")));
      Expect.equal(
          List.of(1L),
          WordsUnderTest.ids(words.index().search(query("tea"), Integer.MAX_VALUE)),
          "the hits without a limit");
      Expect.equal(List.of(), words.find("!?"), "the hits of a question without terms");
    }
  }

  @Rule("WI-8")
  @Example
  default void exactFormsSubjectsAndRepeatedWordsRankHigher() {
    try (WordsUnderTest words = words()) {
      words
          .index()
          .upsert(
              List.of(
                  message(1, "the boiler heats"),
                  message(2, "the boiler heating"),
                  new MessageWords(3, 1, Map.of(WordField.SUBJECT, "cellar")),
                  new MessageWords(4, 1, Map.of(WordField.SUBJECT, "x", WordField.BODY, "cellar")),
                  message(5, "roof leaks"),
                  message(6, "pipe leaks")));
      Expect.equal(List.of(2L, 1L), words.find("heating"), "the exact form first");
      Expect.equal(List.of(3L, 4L), words.find("cellar"), "the subject first");
      Expect.equal(6L, words.find("pipe pipe roof leaks").get(0), "the word asked twice first");
    }
  }

  // WI-9

  @Rule("WI-9")
  @Example
  default void termThatIsNowhereChangesNoScore() {
    try (WordsUnderTest words = words()) {
      words.index().upsert(List.of(message(1, "a horse in the stable"), message(2, "the stable")));
      List<WordHit> hits = words.search("horse");
      for (String nowhere : List.of("sick", "sick*", "\"sick horse\"", "sick-leave")) {
        Expect.equal(hits, words.search("horse " + nowhere), "the hits with " + nowhere);
      }
      words.index().upsert(List.of(message(3, "sick")));
      words.index().delete(List.of(3L));
      Expect.equal(
          words.search("horse"),
          words.search("horse sick"),
          "the hits with a word that only a deleted message had");
    }
  }

  // WI-10

  @Rule("WI-10")
  @Example
  default void anyNumberOfIdsIsAccepted() {
    try (WordsUnderTest words = words()) {
      words.index().upsert(List.of(message(1, "tea"), message(2, "tea tea"), message(3, "soup")));
      List<Long> many = new ArrayList<>(LongStream.rangeClosed(2, 70_000).boxed().toList());
      many.addAll(List.of(2L, -5L, Long.MAX_VALUE));
      Expect.equal(
          List.of(2L),
          WordsUnderTest.ids(words.index().search(query("tea"), 9, many)),
          "the hits among many ids");
      Expect.equal(
          List.of(), words.index().search(query("tea"), 9, List.of()), "the hits among no ids");
      Expect.equal(
          words.search("tea").subList(1, 2),
          words.index().search(query("tea"), 1, List.of(3L, 1L)),
          "the best hit among ids that the best of all is not among");
    }
  }

  // WI-11

  @Rule("WI-11")
  @Example
  default void phrasesMatchWhereWordsFollowOneAnother() {
    try (WordsUnderTest words = words()) {
      words
          .index()
          .upsert(
              List.of(
                  message(1, "the server room is hot"),
                  message(2, "the server in the room"),
                  message(3, "room server"),
                  message(4, "servers room"),
                  new MessageWords(
                      5, 1, Map.of(WordField.SUBJECT, "server", WordField.BODY, "room")),
                  message(6, "Server-Room"),
                  message(7, "e-mail server"),
                  message(8, "東京都庁")));
      Expect.equal(Set.of(1L, 6L), Set.copyOf(words.find("\"server room\"")), "a phrase");
      Expect.equal(List.of(7L), words.find("\"mail server\""), "a phrase behind a compound");
      Expect.equal(List.of(8L), words.find("\"京都庁\""), "a phrase of a script without spaces");
      Expect.equal(List.of(), words.find("\"東京庁\""), "letters that do not follow one another");
    }
  }

  @Rule("WI-11")
  @Example
  default void prefixesMatchWordsThatBeginLikeThem() {
    try (WordsUnderTest words = words()) {
      words
          .index()
          .upsert(
              List.of(
                  message(1, "rattling"),
                  message(2, "a rattle"),
                  message(3, "rat"),
                  message(4, "prattle"),
                  message(5, "大きな水"),
                  message(6, "水道"),
                  message(7, "RATTLES rattler")));
      Expect.equal(Set.of(1L, 2L, 7L), Set.copyOf(words.find("rattl*")), "a prefix");
      Expect.equal(Set.of(5L, 6L), Set.copyOf(words.find("水")), "a letter of a run");
    }
  }

  @Rule("WI-11")
  @Example
  default void prefixOfManyWordsMatchesTheMostFrequent() {
    List<MessageWords> batch = new ArrayList<>();
    for (long id = 1; id <= WordQuery.MAX_EXPANSIONS - 1; id++) {
      batch.add(message(id, "tea" + (10_000 + id)));
    }
    batch.add(message(9_998, "teazz"));
    batch.add(message(9_999, "teazz"));
    try (WordsUnderTest words = words()) {
      words.index().upsert(batch);
      List<Long> found = WordsUnderTest.ids(words.index().search(query("tea*"), 5_000));
      Expect.equal(batch.size(), found.size(), "how many messages a common prefix finds");
    }
  }

  // WI-12

  @Rule("WI-12")
  @Example
  default void engineSyntaxIsText() {
    List<MessageWords> messages =
        List.of(message(1, "tea soup"), message(2, "entry near not and or a b x"));
    WordIndex model =
        new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordsUnderTest.ANALYZER);
    model.upsert(messages);
    try (WordsUnderTest words = words()) {
      words.index().upsert(messages);
      for (String text : ENGINE_SYNTAX) {
        Expect.equal(
            Set.copyOf(WordsUnderTest.ids(model.search(query(text), 9))),
            Set.copyOf(words.find(text)),
            "the messages that " + text + " finds");
      }
      Expect.equal(2L, words.index().size(), "the size after all questions");
    }
  }

  @Rule("WI-12")
  @Property(tries = 40)
  default void everyTextIsAQuestion(@ForAll("oddTexts") String odd) {
    try (WordsUnderTest words = words()) {
      words.index().upsert(List.of(message(1, odd), message(2, "cake")));
      Expect.that(
          words.find(odd + " cake").contains(2L),
          "a question of any text and a word finds the word");
      if (words.index().statistics(query(odd).terms().keySet()).messages() == 2
          && !query(odd).isEmpty()) {
        Expect.that(words.find(odd).contains(1L), "a text is not found by itself");
      }
    }
  }

  // WI-14

  @Rule("WI-14")
  @Example
  default void statisticsCountMessagesAndLengths() {
    try (WordsUnderTest words = words()) {
      words
          .index()
          .upsert(
              List.of(
                  new MessageWords(
                      1, 1, Map.of(WordField.SUBJECT, "teas", WordField.BODY, "tea tea soup")),
                  message(2, "soup"),
                  message(3, "")));
      WordStatistics figures =
          words.index().statistics(query("tea soup nowhere te* \"tea soup\"").terms().keySet());
      Expect.equal(2L, figures.messages(), "the messages with terms");
      Expect.equal(3.0, figures.meanLength(), "the mean length");
      Expect.equal(
          Map.of(
              new WordQuery.Word("tea", "tea"), 1L,
              new WordQuery.Word("soup", "soup"), 2L,
              new WordQuery.Word("nowhere", "nowher"), 0L,
              new WordQuery.Prefix("te"), 1L,
              new WordQuery.Phrase(List.of("tea", "soup")), 1L),
          figures.frequencies(),
          "the frequencies");
    }
    try (WordsUnderTest empty = words()) {
      Expect.equal(
          new WordStatistics(0, 0, Map.of()),
          empty.index().statistics(List.of()),
          "the figures of an empty index");
    }
  }
}
