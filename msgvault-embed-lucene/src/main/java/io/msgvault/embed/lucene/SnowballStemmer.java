package io.msgvault.embed.lucene;

import io.msgvault.embed.text.Stemmer;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.ca.CatalanAnalyzer;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.el.GreekAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.et.EstonianAnalyzer;
import org.apache.lucene.analysis.eu.BasqueAnalyzer;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.ga.IrishAnalyzer;
import org.apache.lucene.analysis.hi.HindiAnalyzer;
import org.apache.lucene.analysis.hu.HungarianAnalyzer;
import org.apache.lucene.analysis.hy.ArmenianAnalyzer;
import org.apache.lucene.analysis.id.IndonesianAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.lt.LithuanianAnalyzer;
import org.apache.lucene.analysis.ne.NepaliAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.ro.RomanianAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.sr.SerbianAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.ta.TamilAnalyzer;
import org.apache.lucene.analysis.tr.TurkishAnalyzer;
import org.tartarus.snowball.ext.ArabicStemmer;
import org.tartarus.snowball.ext.ArmenianStemmer;
import org.tartarus.snowball.ext.BasqueStemmer;
import org.tartarus.snowball.ext.CatalanStemmer;
import org.tartarus.snowball.ext.DanishStemmer;
import org.tartarus.snowball.ext.DutchStemmer;
import org.tartarus.snowball.ext.EstonianStemmer;
import org.tartarus.snowball.ext.FinnishStemmer;
import org.tartarus.snowball.ext.FrenchStemmer;
import org.tartarus.snowball.ext.GermanStemmer;
import org.tartarus.snowball.ext.GreekStemmer;
import org.tartarus.snowball.ext.HindiStemmer;
import org.tartarus.snowball.ext.HungarianStemmer;
import org.tartarus.snowball.ext.IndonesianStemmer;
import org.tartarus.snowball.ext.IrishStemmer;
import org.tartarus.snowball.ext.ItalianStemmer;
import org.tartarus.snowball.ext.LithuanianStemmer;
import org.tartarus.snowball.ext.NepaliStemmer;
import org.tartarus.snowball.ext.NorwegianStemmer;
import org.tartarus.snowball.ext.PortugueseStemmer;
import org.tartarus.snowball.ext.RomanianStemmer;
import org.tartarus.snowball.ext.RussianStemmer;
import org.tartarus.snowball.ext.SerbianStemmer;
import org.tartarus.snowball.ext.SpanishStemmer;
import org.tartarus.snowball.ext.SwedishStemmer;
import org.tartarus.snowball.ext.TamilStemmer;
import org.tartarus.snowball.ext.TurkishStemmer;
import org.tartarus.snowball.ext.YiddishStemmer;

/**
 * Stems words of other languages than English, by the <a
 * href="https://snowballstem.org/">Snowball</a> stemmers that Lucene includes. Their stop words are
 * Lucene's.
 */
public enum SnowballStemmer implements Stemmer {
  ARABIC("ar", ArabicStemmer::new, ArabicAnalyzer::getDefaultStopSet),
  ARMENIAN("hy", ArmenianStemmer::new, ArmenianAnalyzer::getDefaultStopSet),
  BASQUE("eu", BasqueStemmer::new, BasqueAnalyzer::getDefaultStopSet),
  CATALAN("ca", CatalanStemmer::new, CatalanAnalyzer::getDefaultStopSet),
  DANISH("da", DanishStemmer::new, DanishAnalyzer::getDefaultStopSet),
  DUTCH("nl", DutchStemmer::new, DutchAnalyzer::getDefaultStopSet),
  ESTONIAN("et", EstonianStemmer::new, EstonianAnalyzer::getDefaultStopSet),
  FINNISH("fi", FinnishStemmer::new, FinnishAnalyzer::getDefaultStopSet),
  FRENCH("fr", FrenchStemmer::new, FrenchAnalyzer::getDefaultStopSet),
  GERMAN("de", GermanStemmer::new, GermanAnalyzer::getDefaultStopSet),
  GREEK("el", GreekStemmer::new, GreekAnalyzer::getDefaultStopSet),
  HINDI("hi", HindiStemmer::new, HindiAnalyzer::getDefaultStopSet),
  HUNGARIAN("hu", HungarianStemmer::new, HungarianAnalyzer::getDefaultStopSet),
  INDONESIAN("id", IndonesianStemmer::new, IndonesianAnalyzer::getDefaultStopSet),
  IRISH("ga", IrishStemmer::new, IrishAnalyzer::getDefaultStopSet),
  ITALIAN("it", ItalianStemmer::new, ItalianAnalyzer::getDefaultStopSet),
  LITHUANIAN("lt", LithuanianStemmer::new, LithuanianAnalyzer::getDefaultStopSet),
  NEPALI("ne", NepaliStemmer::new, NepaliAnalyzer::getDefaultStopSet),
  NORWEGIAN("no", NorwegianStemmer::new, NorwegianAnalyzer::getDefaultStopSet),
  PORTUGUESE("pt", PortugueseStemmer::new, PortugueseAnalyzer::getDefaultStopSet),
  ROMANIAN("ro", RomanianStemmer::new, RomanianAnalyzer::getDefaultStopSet),
  RUSSIAN("ru", RussianStemmer::new, RussianAnalyzer::getDefaultStopSet),
  SERBIAN("sr", SerbianStemmer::new, SerbianAnalyzer::getDefaultStopSet),
  SPANISH("es", SpanishStemmer::new, SpanishAnalyzer::getDefaultStopSet),
  SWEDISH("sv", SwedishStemmer::new, SwedishAnalyzer::getDefaultStopSet),
  TAMIL("ta", TamilStemmer::new, TamilAnalyzer::getDefaultStopSet),
  TURKISH("tr", TurkishStemmer::new, TurkishAnalyzer::getDefaultStopSet),
  YIDDISH("yi", YiddishStemmer::new, () -> CharArraySet.EMPTY_SET);

  private final String code;

  @SuppressWarnings("ImmutableEnumChecker") // It is a constructor, which has no state.
  private final Supplier<org.tartarus.snowball.SnowballStemmer> stemmers;

  @SuppressWarnings("ImmutableEnumChecker") // It is a static method that returns a constant.
  private final Supplier<CharArraySet> stopWords;

  SnowballStemmer(
      String code,
      Supplier<org.tartarus.snowball.SnowballStemmer> stemmers,
      Supplier<CharArraySet> stopWords) {
    this.code = code;
    this.stemmers = stemmers;
    this.stopWords = stopWords;
  }

  /**
   * Returns the stemmer of a language.
   *
   * @param language the English name of the language, such as {@code german}, or its ISO 639-1
   *     code, such as {@code de}, in any case; {@code none} leaves every word as it is
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public static Stemmer of(String language) {
    String asked = language.toLowerCase(Locale.ROOT);
    if (asked.equals("en") || asked.equals(Stemmer.english().language())) {
      return Stemmer.english();
    }
    if (asked.equals(Stemmer.none().language())) {
      return Stemmer.none();
    }
    return Arrays.stream(values())
        .filter(stemmer -> asked.equals(stemmer.code) || asked.equals(stemmer.language()))
        .findFirst()
        .map(Stemmer.class::cast)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no stemmer for "
                        + language
                        + ": take english, none, or one of "
                        + Arrays.stream(values())
                            .map(SnowballStemmer::language)
                            .collect(Collectors.joining(", "))));
  }

  @Override
  public String language() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Makes a new program for each word, since one keeps the word that it works on. */
  @Override
  public String stem(String word) {
    org.tartarus.snowball.SnowballStemmer stemmer = stemmers.get();
    stemmer.setCurrent(word);
    stemmer.stem();
    String stem = stemmer.getCurrent();
    return stem.isEmpty() ? word : stem;
  }

  @Override
  public boolean isStopWord(String word) {
    return stopWords.get().contains(word);
  }
}
