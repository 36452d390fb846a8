package io.msgvault.embed.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.text.Stemmer;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SnowballStemmerTest {
  private static final List<String> ROOTS =
      List.of(
          "abil", "act", "adjust", "agre", "analog", "assist", "boil", "care", "commun", "conform",
          "create", "cry", "decis", "depend", "digit", "drop", "effect", "electr", "fall", "form",
          "gener", "geolog", "happ", "heat", "hop", "hope", "inn", "just", "late", "mot", "nation",
          "oper", "past", "plast", "possib", "rat", "relat", "room", "say", "sens", "sky", "succ",
          "toy", "univers", "vile", "wax", "y", "yell", "zeal");

  private static final List<String> SUFFIXES =
      List.of(
          "", "s", "es", "ies", "sses", "us", "ss", "ed", "ied", "eed", "edly", "eedly", "ing",
          "ingly", "ation", "ational", "ator", "ization", "izer", "ize", "izing", "ized", "tional",
          "enci", "ency", "ance", "ancy", "able", "ably", "ible", "ibly", "bility", "ent", "ently",
          "ment", "ement", "ements", "ous", "ously", "ousness", "ive", "ively", "iveness", "ivity",
          "ful", "fully", "fulness", "less", "lessly", "ness", "al", "ally", "alism", "ality", "ic",
          "ical", "icate", "ication", "icity", "ogy", "ogist", "li", "ly", "er", "ers", "ion",
          "sion", "tion", "ism", "ist", "ity", "y", "yed", "e", "ll", "lled", "pping", "bbed");

  /** The default stemmer is ours; Snowball has the reference. */
  @Test
  void englishIsThatOfSnowball() {
    Set<String> words = new TreeSet<>();
    ROOTS.forEach(root -> SUFFIXES.forEach(suffix -> words.add(root + suffix)));
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 1 + random.nextInt(9); length > 0; length--) {
        word.append("aeiouybcdlnrstxw".charAt(random.nextInt(16)));
      }
      words.add(word + SUFFIXES.get(random.nextInt(SUFFIXES.size())));
    }
    for (String word : words) {
      var snowball = new org.tartarus.snowball.ext.EnglishStemmer();
      snowball.setCurrent(word);
      snowball.stem();
      assertEquals(snowball.getCurrent(), Stemmer.english().stem(word), word);
    }
    assertTrue(words.size() > 20_000);
  }

  @ParameterizedTest
  @CsvSource({
    "de, Häuser, Haus",
    "de, Straßen, Strasse",
    "fr, chevaux, cheval",
    "fr, préférées, préféré",
    "ru, квартиры, квартира",
    "ru, счётов, счета",
    "es, habitaciones, habitación",
    "sv, bilarna, bilen",
    "tr, kitaplar, kitap",
    "el, δρόμους, δρόμος",
    "fi, taloissa, talo",
  })
  void formsOfAWordShareAStem(String language, String one, String other) {
    WordAnalyzer analyzer = WordAnalyzer.with(SnowballStemmer.of(language));
    assertEquals(
        analyzer.terms(one).get(0).stem(), analyzer.terms(other).get(0).stem(), () -> one + other);
  }

  @ParameterizedTest
  @EnumSource(SnowballStemmer.class)
  void everyStemmerTakesEveryWord(SnowballStemmer stemmer) {
    for (String word : List.of("a", "haus", "straße", "й", "水", "\u0301", "x".repeat(500))) {
      assertFalse(stemmer.stem(word).isEmpty(), word);
    }
    assertFalse(stemmer.isStopWord("haus"), stemmer::language);
    assertSame(stemmer, SnowballStemmer.of(stemmer.language()));
  }

  @ParameterizedTest
  @CsvSource({"de, Wie heizt man den Keller, heizt keller", "fr, le prix de la clé, prix cle"})
  void questionsLeaveOutStopWords(String language, String question, String words) {
    WordAnalyzer analyzer = WordAnalyzer.with(SnowballStemmer.of(language));
    assertEquals(
        List.of(words.split(" ")),
        WordQuery.parse(question, analyzer).terms().keySet().stream()
            .map(term -> ((WordQuery.Word) term).surface())
            .toList());
  }

  @Test
  void languagesAreFoundByNameOrCode() {
    assertSame(SnowballStemmer.GERMAN, SnowballStemmer.of("German"));
    assertSame(SnowballStemmer.GERMAN, SnowballStemmer.of("DE"));
    assertSame(Stemmer.english(), SnowballStemmer.of("en"));
    assertSame(Stemmer.english(), SnowballStemmer.of("english"));
    assertSame(Stemmer.none(), SnowballStemmer.of("none"));
    assertEquals("words-1/german", WordAnalyzer.with(SnowballStemmer.of("de")).policy());
    String error =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> SnowballStemmer.of("klingon"))
                .getMessage());
    assertTrue(error.contains("klingon") && error.contains("german"), error);
  }
}
