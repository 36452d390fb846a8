package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.ENGINE_SYNTAX;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.memory.internal.KeywordRanking;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.KeywordQuery.Term;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.Generators;
import io.msgvault.embed.testkit.model.ReadWritePace;
import io.msgvault.embed.testkit.model.RunningRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Which messages the store proposes for words. */
public interface KeywordRules extends MessageStoreContext {
  // MS-19

  @Rule("MS-19")
  @Needs(Capability.KEYWORD_SEARCH)
  @Property(tries = 120)
  default void candidatesContainSearchedWords(
      @ForAll("keywordMessages") List<ArchiveMessage> messages,
      @ForAll("questions") List<String> questions,
      @ForAll("filters") List<MessageFilter> filters) {
    try (ArchiveUnderTest archive = archive()) {
      NavigableMap<Long, ArchiveMessage> live = new TreeMap<>();
      archive.fill(1, messages.size(), id -> messages.get((int) id - 1));
      for (long id = 1; id <= messages.size(); id++) {
        if (id % 5 == 0) {
          archive.remove(id);
        } else {
          live.put(id, archive.asStored(messages.get((int) id - 1)));
        }
      }
      for (String question : questions) {
        requireCandidates(archive.store(), live, question, MessageFilter.ALL);
        requireCandidates(archive.store(), live, question, filters.get(0));
      }
    }
  }

  private static void requireCandidates(
      MessageStore store,
      NavigableMap<Long, ArchiveMessage> live,
      String question,
      MessageFilter filter) {
    KeywordQuery query = KeywordQuery.parse(question);
    int all = Math.max(1, live.size());
    Expect.equal(
        KeywordRanking.search(live, query, filter, all),
        store.keywordSearch(query, filter, all),
        "the candidates for " + query.terms() + " among those that match " + filter);
  }

  /** A store may keep its index of words apart from the messages; a transaction binds both. */
  @Rule("MS-19")
  @Needs({Capability.KEYWORD_SEARCH, Capability.SOFT_DELETION})
  @Example
  default void searchSeesWritesImmediately() {
    try (ArchiveUnderTest archive = archive()) {
      archive.assumeSubjectAndHtml();
      MessageStore other = archive.open();
      ArchiveWriter writer = archive.writer();
      archive.fill(9);
      requireFound(other, "heron");
      writer.insert(20, ArchiveMessage.of("a grey heron", "on the roof"));
      requireFound(other, "heron", 20);
      requireFound(other, "roof", 20);
      writer.edit(20, new ArchiveMessage.Content("a grey crane", "", "<p>in the yard</p>"));
      requireFound(other, "heron roof");
      requireFound(other, "crane", 20);
      requireFound(other, "yard", 20);
      writer.edit(20, new ArchiveMessage.Content("a grey crane", "by the pond", "<p>yard</p>"));
      requireFound(other, "yard");
      requireFound(other, "pond", 20);
      writer.delete(20);
      requireFound(other, "crane pond");
      writer.edit(20, new ArchiveMessage.Content("a grey egret", "in the reeds", ""));
      requireFound(other, "egret reeds");
      writer.restore(20);
      requireFound(other, "crane pond");
      requireFound(other, "egret", 20);
      requireFound(other, "reeds", 20);
      writer.purge(20);
      requireFound(other, "egret reeds");
      writer.insert(20, ArchiveMessage.of("a bittern", ""));
      requireFound(other, "egret reeds");
      requireFound(other, "bittern", 20);
    }
  }

  private static void requireFound(MessageStore store, String question, long... ids) {
    requireFound(RunningRule.current(), store, question, ids);
  }

  private static void requireFound(String rule, MessageStore store, String question, long... ids) {
    Expect.equal(
        rule,
        Arrays.stream(ids).boxed().toList(),
        store.keywordSearch(KeywordQuery.parse(question), MessageFilter.ALL, 10).ids(),
        "the candidates for " + question);
  }

  // MS-20

  /** Each transaction keeps the figures what they are, so any other figure mixes two moments. */
  @Rule("MS-20")
  @Needs({Capability.KEYWORD_SEARCH, Capability.SOFT_DELETION})
  @Example
  default void candidatesAreConsistentDuringWrites() {
    int rounds = Effort.chosen().of(100);
    int messages = 12;
    KeywordQuery query = KeywordQuery.parse("heron crane");
    try (ArchiveUnderTest archive = archive()) {
      archive.assumeSubjectAndHtml();
      archive.fill(messages);
      archive.writer().edit(1, new ArchiveMessage.Content("heron", "", ""));
      archive.writer().edit(2, new ArchiveMessage.Content("", "crane", ""));
      archive.writer().insert(100, ArchiveMessage.of("heron", "crane"));
      archive.writer().delete(100);
      MessageStore reading = archive.open();
      ReadWritePace pace = new ReadWritePace(rounds, 1);
      Expect.ThrowingRunnable swap =
          () -> {
            for (int i = 0; pace.keepWriting(i); i++) {
              boolean one = i % 2 == 0;
              archive
                  .writer()
                  .atomically(
                      writer -> {
                        if (one) {
                          writer.delete(1);
                          writer.delete(2);
                          writer.restore(100);
                        } else {
                          writer.delete(100);
                          writer.restore(1);
                          writer.restore(2);
                        }
                      });
            }
          };
      Expect.ThrowingRunnable look =
          () -> {
            while (pace.keepReading()) {
              KeywordCandidates found = reading.keywordSearch(query, MessageFilter.ALL, 10);
              boolean one = found.ids().equals(List.of(100L));
              Expect.that(
                  (one || found.ids().equals(List.of(1L, 2L)))
                      && found.liveMessages() == (one ? messages - 1 : messages)
                      && found.documentFrequencies().values().stream()
                          .allMatch(count -> count == 1),
                  () -> "no moment had " + found);
            }
          };
      ConcurrentCalls.runAll(List.of(swap, look));
    }
  }

  // MS-21

  @Rule("MS-21")
  @Needs(Capability.KEYWORD_SEARCH)
  @Example
  default void limitBoundsCandidates() {
    int count = 60;
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(
          1,
          count,
          id ->
              id % 3 == 0
                  ? ArchiveMessage.of("heron", "heron ".repeat((int) id))
                  : ArchiveMessage.of("subject", "text"));
      KeywordQuery query = KeywordQuery.parse("heron");
      Term heron = query.terms().get(0);
      for (int limit : new int[] {1, 7, 19, 20, 21, 1_000_000_000}) {
        KeywordCandidates found = archive.store().keywordSearch(query, MessageFilter.ALL, limit);
        Expect.equal(
            Math.min(limit, count / 3),
            found.ids().size(),
            "how many of 20 are proposed within a limit of " + limit);
        Expect.that(
            found.ids().stream().allMatch(id -> id % 3 == 0)
                && found.ids().equals(found.ids().stream().distinct().sorted().toList()),
            () -> "the candidates are " + found.ids());
        Expect.equal(limit < count / 3, found.hasMore(), "whether it says there are more");
        Expect.equal(
            "MS-20", Map.of(heron, 20L), found.documentFrequencies(), "how many contain the word");
      }
    }
  }

  @Rule("MS-21")
  @Needs(Capability.KEYWORD_SEARCH)
  @Example
  default void highestWeightedCandidatesAreReturned() {
    try (ArchiveUnderTest archive = archive()) {
      NavigableMap<Long, ArchiveMessage> live = new TreeMap<>();
      archive.fill(1, 60, KeywordRules::smallVocabularyMessage);
      for (long id = 1; id <= 60; id++) {
        live.put(id, archive.asStored(smallVocabularyMessage(id)));
      }
      MessageFilter some = MessageFilter.builder().subjectContains("heron").build();
      for (String question :
          List.of("heron bittern", "heron crane bittern", "heron cran* crane \"grey egret\"")) {
        for (int limit : new int[] {1, 2, 4, 5, 6, 13, 20, 29}) {
          requireFirst(archive.store(), live, question, MessageFilter.ALL, limit);
          requireFirst(archive.store(), live, question, some, limit);
        }
      }
    }
  }

  /**
   * Returns messages whose order an engine may get wrong. An engine might rank first a short
   * message that repeats its words and has them in both entries. The words that weigh most are in
   * the last messages, once each in long texts.
   */
  private static ArchiveMessage smallVocabularyMessage(long id) {
    String usual = id % 2 == 0 ? "heron " : "";
    String rare =
        (id % 3 == 0 ? "bittern " : "")
            + (id % 5 == 0 ? "crane " : "")
            + (id > 55 ? "grey egret " : "");
    if (rare.isEmpty()) {
      return ArchiveMessage.of(usual, usual.repeat(9));
    }
    String reeds = "reed ".repeat(200);
    return id % 4 == 0
        ? ArchiveMessage.of(rare, reeds + usual)
        : ArchiveMessage.of(usual, reeds + rare);
  }

  /** The choice of candidates is fixed, so two stores rank the same messages. */
  @Rule("MS-21")
  @Needs(Capability.KEYWORD_SEARCH)
  @Property(tries = 100)
  default void tiesPreferSubjectThenHigherId(
      @ForAll("smallVocabularyMessages") List<ArchiveMessage> messages,
      @ForAll("smallVocabularyQuestions") String question,
      @ForAll @IntRange(min = 1, max = 6) int limit) {
    try (ArchiveUnderTest archive = archive()) {
      NavigableMap<Long, ArchiveMessage> live = new TreeMap<>();
      archive.fill(1, messages.size(), id -> messages.get((int) id - 1));
      messages.forEach(message -> live.put(live.size() + 1L, archive.asStored(message)));
      requireFirst(archive.store(), live, question, MessageFilter.ALL, limit);
    }
  }

  private static void requireFirst(
      MessageStore store,
      NavigableMap<Long, ArchiveMessage> live,
      String question,
      MessageFilter filter,
      int limit) {
    KeywordQuery query = KeywordQuery.parse(question);
    Expect.equal(
        KeywordRanking.search(live, query, filter, limit).ids(),
        store.keywordSearch(query, filter, limit).ids(),
        "which are proposed for "
            + question
            + ", at most "
            + limit
            + (filter.equals(MessageFilter.ALL) ? "" : ", by " + filter));
  }

  @Rule("MS-21")
  @Needs(Capability.KEYWORD_SEARCH)
  @Example
  default void commonTermsAreSkippedUnlessAlone() {
    try (ArchiveUnderTest archive = archive()) {
      archive.assumeSubjectAndHtml();
      archive.fill(
          1,
          10,
          id -> ArchiveMessage.of(id == 4 ? "the heron" : "the", id <= 5 ? "half" : "other words"));
      requireFound("MS-19", archive.store(), "the heron", 4);
      requireFound("MS-19", archive.store(), "half heron", 1, 2, 3, 4, 5);
      requireFound("MS-19", archive.store(), "the", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
      requireFound("MS-19", archive.store(), "the crane");
    }
  }

  // MS-22

  @Rule("MS-22")
  @Needs(Capability.KEYWORD_SEARCH)
  @Example
  default void everyHostileQueryIsSafe() {
    try (ArchiveUnderTest archive = archive()) {
      NavigableMap<Long, ArchiveMessage> live = new TreeMap<>();
      List<String> texts =
          List.of("tea", "soup", "tea soup", "x", "near", "drop table messages", "-", "");
      for (String text : texts) {
        live.put(live.size() + 1L, ArchiveMessage.of("", text));
      }
      archive.fill(1, live.size(), live::get);
      for (String question : ENGINE_SYNTAX) {
        requireSafe(archive.store(), live, question);
      }
      requireSafe(archive.store(), live, String.join(" ", ENGINE_SYNTAX));
      requireSafe(
          archive.store(),
          live,
          IntStream.range(0, 5_000).mapToObj(i -> "w" + i).collect(Collectors.joining(" ")));
      requireSafe(archive.store(), live, "tea" + "x".repeat(100_000));
      requireSafe(archive.store(), live, "\"" + "tea ".repeat(500) + "\" tea");
      Expect.equal(8, archive.needsWork(1).size(), "how many messages there still are");
    }
  }

  @Rule("MS-22")
  @Needs(Capability.KEYWORD_SEARCH)
  @Property(tries = 100)
  default void everyRandomQueryIsSafe(@ForAll String question) {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(3);
      archive.store().keywordSearch(KeywordQuery.parse(question), MessageFilter.ALL, 10);
    }
  }

  private static void requireSafe(
      MessageStore store, NavigableMap<Long, ArchiveMessage> live, String question) {
    KeywordQuery query = KeywordQuery.parse(question);
    Expect.equal(
        KeywordRanking.search(live, query, MessageFilter.ALL, 100),
        store.keywordSearch(query, MessageFilter.ALL, 100),
        "the candidates for "
            + (question.length() < 100 ? question : question.substring(0, 100) + "…"));
  }

  // MS-23

  @Rule("MS-23")
  @Needs(Capability.KEYWORD_SEARCH)
  @Example
  default void anyTextLengthIsStored() {
    int reach = MessageStore.MAX_KEYWORD_CHARACTERS;
    String last = " heron ";
    List<String> longs =
        List.of(
            "a ".repeat(reach / 2 - last.length()) + last + "a ".repeat(2_000_000),
            differentWords(reach - last.length()) + last + differentWords(2_000_000),
            "x".repeat(reach - last.length()) + last + "x".repeat(2_000_000),
            "\uD83E\uDED6".repeat(reach - last.length()) + last,
            "\u0436".repeat(90).concat(" ").repeat(reach / 91 - 1)
                + last
                + "\u0436 ".repeat(600_000),
            "\uFDFA ".repeat(reach / 2 - last.length()) + last + "\uFDFA ".repeat(600_000),
            "e\u0301".repeat(reach / 2 - last.length()) + last);
    try (ArchiveUnderTest archive = archive()) {
      archive.assumeSubjectAndHtml();
      archive.fill(20);
      long id = 20;
      for (String text : longs) {
        long subject = ++id;
        long body = ++id;
        long html = ++id;
        archive.writer().insert(subject, ArchiveMessage.of(text, ""));
        requireFound(archive.store(), "heron", subject);
        archive.writer().insert(body, ArchiveMessage.of("", text));
        requireFound(archive.store(), "heron", subject, body);
        archive.writer().insert(html, ArchiveMessage.of("", "soon"));
        archive.writer().edit(html, new ArchiveMessage.Content("", "", text));
        requireFound(archive.store(), "heron", subject, body, html);
        archive.writer().purge(subject);
        archive.writer().purge(body);
        archive.writer().purge(html);
        requireFound(archive.store(), "heron");
      }
    }
  }

  private static String differentWords(int characters) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; words.length() < characters - 20; i++) {
      words.append('w').append(Long.toString(i * 7_919L, 36)).append(' ');
    }
    return words.toString();
  }

  // MS-24

  @Rule("MS-24")
  @Example
  default void keywordSupportIsDeclared() {
    try (ArchiveUnderTest archive = archive()) {
      MessageStore store = archive.store();
      Expect.equal(
          supports(Capability.KEYWORD_SEARCH),
          store.supportsKeywordSearch(),
          "whether the store says that it searches keywords");
      if (!store.supportsKeywordSearch()) {
        Expect.thrown(
            UnsupportedOperationException.class,
            "keywordSearch",
            () -> store.keywordSearch(KeywordQuery.parse("tea"), MessageFilter.ALL, 1));
      }
    }
  }

  // Random values

  @Provide
  default Arbitrary<List<ArchiveMessage>> keywordMessages() {
    return Generators.keywordMessages();
  }

  @Provide
  default Arbitrary<List<String>> questions() {
    return Generators.questions();
  }

  @Provide
  default Arbitrary<List<ArchiveMessage>> smallVocabularyMessages() {
    return Generators.smallVocabularyMessages();
  }

  @Provide
  default Arbitrary<String> smallVocabularyQuestions() {
    return Generators.smallVocabularyQuestions();
  }
}
