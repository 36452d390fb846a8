package io.msgvault.embed.spring.internal;

import io.msgvault.embed.lucene.SnowballStemmer;
import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.text.Stemmer;
import io.msgvault.embed.text.WordAnalyzer;
import org.springframework.util.ClassUtils;

/** The analyzers by language. */
final class Analyzers {
  private static final String PROPERTY = "msgvault.embed.words.language";

  private Analyzers() {}

  /**
   * Returns the analyzer of a language.
   *
   * @throws EmbedConfigurationException if there is none
   */
  static WordAnalyzer of(String language) {
    if (language.equals(Stemmer.english().language())) {
      return WordAnalyzer.english();
    }
    if (language.equals(Stemmer.none().language())) {
      return WordAnalyzer.with(Stemmer.none());
    }
    if (!ClassUtils.isPresent(
        "io.msgvault.embed.lucene.SnowballStemmer", Analyzers.class.getClassLoader())) {
      throw new EmbedConfigurationException(
          PROPERTY + " is " + language + ", but its stemmer is not on the class path.",
          "Add the dependency io.msgvault:msgvault-embed-lucene.");
    }
    try {
      return WordAnalyzer.with(SnowballStemmer.of(language));
    } catch (IllegalArgumentException e) {
      throw new EmbedConfigurationException(
          PROPERTY + " is wrong: " + e.getMessage() + ".", "Set it to one of these languages.");
    }
  }
}
