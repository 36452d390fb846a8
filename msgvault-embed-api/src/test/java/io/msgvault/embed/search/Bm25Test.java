package io.msgvault.embed.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.KeywordQuery.Exact;
import io.msgvault.embed.store.KeywordQuery.Term;
import io.msgvault.embed.text.ReadableText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Bm25Test {
  private static final Map<Term, Long> FREQUENCIES =
      Map.of(new Exact("rare"), 2L, new Exact("usual"), 40L, new Exact("the"), 90L);

  @Test
  void matchesTheFormulaOfThePaper() {
    // A text of 200 words is as long as most: the length does not matter. idf of 2 in 100.
    double idf = Math.log(1 + 98.5 / 2.5);
    String typical = "a rare rare bird" + " sings".repeat(196);
    assertEquals(idf * 2 * 2.2 / (2 + 1.2), rank("rare", typical).get(0).score(), 1e-12);
  }

  @Test
  void scoreIsIndependentOfOtherMatches() {
    double alone = rank("rare", "a rare bird").get(0).score();
    assertEquals(alone, rank("rare", "a rare bird", "rare" + " x".repeat(999)).get(0).score());
  }

  @Test
  void rarerWordsAndShorterTextsRankHigher() {
    assertOrder(rank("rare usual", "usual bird", "rare bird"), 2, 1);
    assertOrder(rank("rare", "rare bird on a roof", "rare bird"), 2, 1);
    assertOrder(rank("rare", "rare bird", "rare rare"), 2, 1);
    assertOrder(rank("rare", "rare bird", "rare bird"), 1, 2);
  }

  @Test
  void boostsSubjectMatches() {
    Bm25 ranking = ranking("rare");
    ranking.add(1, new ReadableText("bird\n\nrare", 4));
    ranking.add(2, new ReadableText("rare\n\nbird", 4));
    assertOrder(ranking.ranked(), 2, 1);
  }

  @Test
  void textWithoutSearchedTermsIsNoHit() {
    assertOrder(rank("the rare", "the bird", "the rare bird"), 2);
  }

  @Test
  void reportsMatchedFractionOfTotalIdf() {
    List<Bm25.Hit> hits = rank("rare usual the", "rare usual the", "usual");
    assertTrue(
        hits.get(0).matchedIdfFraction() > 0.95 && hits.get(0).matchedIdfFraction() < 1,
        hits.toString());
    assertTrue(hits.get(1).matchedIdfFraction() < 0.25, hits.toString());
    assertEquals(1, rank("rare", "rare").get(0).matchedIdfFraction(), 1e-12);
  }

  private static Bm25 ranking(String question) {
    KeywordQuery query = KeywordQuery.parse(question);
    Map<Term, Long> frequencies = new LinkedHashMap<>();
    query.terms().forEach(term -> frequencies.put(term, FREQUENCIES.getOrDefault(term, 0L)));
    return new Bm25(query, new KeywordCandidates(List.of(), false, 100, frequencies), 2);
  }

  private static List<Bm25.Hit> rank(String question, String... texts) {
    Bm25 ranking = ranking(question);
    for (int i = 0; i < texts.length; i++) {
      ranking.add(i + 1L, new ReadableText(texts[i], 0));
    }
    return ranking.ranked();
  }

  private static void assertOrder(List<Bm25.Hit> hits, long... ids) {
    assertEquals(
        java.util.Arrays.stream(ids).boxed().toList(),
        hits.stream().map(Bm25.Hit::messageId).toList());
  }
}
