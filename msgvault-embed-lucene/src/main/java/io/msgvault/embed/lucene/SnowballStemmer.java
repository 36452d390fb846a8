package io.msgvault.embed.lucene;

import io.msgvault.embed.text.Stemmer;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
 * href="https://snowballstem.org/">Snowball</a> stemmers that Lucene includes.
 */
public enum SnowballStemmer implements Stemmer {
  ARABIC("ar", ArabicStemmer::new),
  ARMENIAN("hy", ArmenianStemmer::new),
  BASQUE("eu", BasqueStemmer::new),
  CATALAN("ca", CatalanStemmer::new),
  DANISH("da", DanishStemmer::new),
  DUTCH("nl", DutchStemmer::new),
  ESTONIAN("et", EstonianStemmer::new),
  FINNISH("fi", FinnishStemmer::new),
  FRENCH("fr", FrenchStemmer::new),
  GERMAN("de", GermanStemmer::new),
  GREEK("el", GreekStemmer::new),
  HINDI("hi", HindiStemmer::new),
  HUNGARIAN("hu", HungarianStemmer::new),
  INDONESIAN("id", IndonesianStemmer::new),
  IRISH("ga", IrishStemmer::new),
  ITALIAN("it", ItalianStemmer::new),
  LITHUANIAN("lt", LithuanianStemmer::new),
  NEPALI("ne", NepaliStemmer::new),
  NORWEGIAN("no", NorwegianStemmer::new),
  PORTUGUESE("pt", PortugueseStemmer::new),
  ROMANIAN("ro", RomanianStemmer::new),
  RUSSIAN("ru", RussianStemmer::new),
  SERBIAN("sr", SerbianStemmer::new),
  SPANISH("es", SpanishStemmer::new),
  SWEDISH("sv", SwedishStemmer::new),
  TAMIL("ta", TamilStemmer::new),
  TURKISH("tr", TurkishStemmer::new),
  YIDDISH("yi", YiddishStemmer::new);

  private final String code;

  @SuppressWarnings("ImmutableEnumChecker") // It is a constructor, which has no state.
  private final Supplier<org.tartarus.snowball.SnowballStemmer> stemmers;

  SnowballStemmer(String code, Supplier<org.tartarus.snowball.SnowballStemmer> stemmers) {
    this.code = code;
    this.stemmers = stemmers;
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
}
