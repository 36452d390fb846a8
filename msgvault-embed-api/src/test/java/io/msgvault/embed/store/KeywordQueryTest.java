package io.msgvault.embed.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.store.KeywordQuery.Exact;
import io.msgvault.embed.store.KeywordQuery.Occurrence;
import io.msgvault.embed.store.KeywordQuery.Phrase;
import io.msgvault.embed.store.KeywordQuery.Prefix;
import io.msgvault.embed.store.KeywordQuery.Term;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeywordQueryTest {
  @Test
  void parsesWordsPrefixesAndPhrases() {
    assertEquals(
        List.of(
            new Exact("who"),
            new Phrase(List.of("server", "room")),
            new Prefix("rattl"),
            new Exact("fan")),
        terms("Who: \"Server room!\" rattl* \"fan\" who"));
  }

  @Test
  void ignoresUnclosedQuotesAndDetachedStars() {
    assertEquals(List.of(new Exact("tea"), new Exact("soup")), terms("tea \"soup"));
    assertEquals(List.of(new Exact("tea")), terms("* tea * \"\" \" \""));
    assertTrue(KeywordQuery.parse("?!").isEmpty());
  }

  @Test
  void boundsLengthAndNumberOfTerms() {
    assertEquals(List.of(new Prefix("x".repeat(100))), terms("x".repeat(1_000)));
    assertEquals(
        List.of(new Exact("a"), new Prefix("x".repeat(100))),
        terms("\"a " + "x".repeat(101) + "\""));
    String many = IntStream.range(0, 500).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
    assertEquals(KeywordQuery.MAX_TERMS, terms(many).size());
  }

  @Test
  void termsConsistOfFoldedWords() {
    for (String notAWord : List.of("", "a b", "A", "a\"", "*", "é")) {
      assertThrows(IllegalArgumentException.class, () -> new Exact(notAWord));
      assertThrows(IllegalArgumentException.class, () -> new Prefix(notAWord));
      assertThrows(IllegalArgumentException.class, () -> new Phrase(List.of("a", notAWord)));
    }
    assertThrows(IllegalArgumentException.class, () -> new Phrase(List.of("a")));
  }

  @Test
  void occurrencesCarryTermAndOffsets() {
    assertEquals(
        List.of(
            new Occurrence(new Phrase(List.of("hot", "tea")), 2, 9),
            new Occurrence(new Prefix("tea"), 6, 9),
            new Occurrence(new Exact("tea"), 6, 9),
            new Occurrence(new Prefix("tea"), 10, 16)),
        KeywordQuery.parse("\"hot tea\" tea tea*").occurrences("A Hot téa teapot, hot, cold"));
  }

  @Test
  void dropsTermsThatMostMessagesContain() {
    Map<Term, Long> frequencies = new LinkedHashMap<>();
    frequencies.put(new Exact("the"), 6L);
    frequencies.put(new Exact("half"), 5L);
    frequencies.put(new Exact("none"), 0L);
    assertEquals(
        Set.of(new Exact("half"), new Exact("none")),
        KeywordCandidates.selectiveTerms(frequencies, 10));
    assertEquals(
        Set.of(new Exact("the")),
        KeywordCandidates.selectiveTerms(Map.of(new Exact("the"), 6L), 10));
    assertEquals(Set.of(), KeywordCandidates.selectiveTerms(Map.of(), 10));
  }

  @Test
  void rarerTermsHaveHigherIdf() {
    assertEquals(Math.log(1 + 98.5 / 2.5), KeywordCandidates.idf(2, 100), 1e-12);
    assertEquals(3_698_829_785L, KeywordCandidates.scaledIdf(2, 100));
    assertTrue(KeywordCandidates.idf(2, 100) > KeywordCandidates.idf(3, 100));
    assertTrue(KeywordCandidates.idf(1_000_000, 1_000_000) > 0);
  }

  private static List<Term> terms(String text) {
    return KeywordQuery.parse(text).terms();
  }
}
