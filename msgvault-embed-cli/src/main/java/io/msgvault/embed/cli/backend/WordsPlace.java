package io.msgvault.embed.cli.backend;

import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.lucene.SnowballStemmer;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Opens the words of an archive where a backend keeps them.
 *
 * @param name the place, for a person
 * @param install opens the words for writing, and creates them if there are none
 * @param openReadOnly opens the words for reading
 * @param uninstall deletes the words
 * @param language the language whose stems are wanted; empty for that of the words that are there,
 *     or else English
 */
record WordsPlace(
    String name,
    Function<WordAnalyzer, WordIndex> install,
    Function<WordAnalyzer, WordIndex> openReadOnly,
    Runnable uninstall,
    Optional<String> language) {
  private static final String REMEDY = "'msgvault-embed embeddings build' makes them anew";

  private static final String DEFAULT_LANGUAGE = "english";

  /** Says why words can't be used. */
  private static final class UnusableWordsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final boolean missing;

    UnusableWordsException(String problem, boolean missing) {
      super(problem);
      this.problem = problem;
      this.missing = missing;
    }
  }

  /** Opens the words for reading, or says why they can't be used, and what to do. */
  OpenedWords read(UUID archive) {
    try {
      return OpenedWords.of(openUsable(archive));
    } catch (UnusableWordsException e) {
      return OpenedWords.unusable(e.problem + ": " + REMEDY);
    }
  }

  /**
   * Opens the words for writing. Words that are missing or can't be used are made anew.
   *
   * @param isNew whether the archive has no index yet, so that it has no words either
   */
  OpenedWords make(UUID archive, boolean isNew) {
    try (WordIndex usable = openUsable(archive)) {
      return OpenedWords.of(install.apply(usable.analyzer()));
    } catch (UnusableWordsException e) {
      if (!e.missing) {
        delete();
      }
      WordIndex made = create();
      return e.missing && isNew
          ? OpenedWords.of(made)
          : new OpenedWords(Optional.of(made), Optional.of(e.problem + ": made anew"));
    }
  }

  private void delete() {
    try {
      uninstall.run();
    } catch (BrokenIndexException e) {
      throw otherFiles(e);
    }
  }

  private WordIndex create() {
    try {
      return install.apply(analyzer(language.orElse(DEFAULT_LANGUAGE)));
    } catch (BrokenIndexException e) {
      throw otherFiles(e);
    }
  }

  private CommandFailure otherFiles(BrokenIndexException e) {
    return new CommandFailure(
        ExitCode.USAGE,
        name + " holds other files than words: choose another place with --words",
        e);
  }

  private WordIndex openUsable(UUID archive) throws UnusableWordsException {
    WordIndex found;
    try {
      found = openForReading();
    } catch (NotInstalledException e) {
      throw new UnusableWordsException("there are no words in " + name, true);
    } catch (WordPolicyException e) {
      throw new UnusableWordsException(
          "the words in " + name + " are " + e.found() + ", not " + e.expected(), false);
    } catch (BrokenIndexException e) {
      throw new UnusableWordsException("the words in " + name + " are damaged", false);
    }
    if (found.archive().filter(owner -> !owner.equals(archive)).isPresent()) {
      found.close();
      throw new UnusableWordsException(
          "the words in " + name + " belong to another archive", false);
    }
    return found;
  }

  /** Opens words in the wanted language, or in their own if none is wanted. */
  private WordIndex openForReading() {
    try {
      return openReadOnly.apply(analyzer(language.orElse(DEFAULT_LANGUAGE)));
    } catch (WordPolicyException e) {
      if (language.isPresent() || !isKnown(e.found())) {
        throw e;
      }
      return openReadOnly.apply(analyzer(stemmer(e.found())));
    }
  }

  private static boolean isKnown(String policy) {
    try {
      return WordAnalyzer.with(SnowballStemmer.of(stemmer(policy))).policy().equals(policy);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns the stemmer that a policy names at its end. */
  private static String stemmer(String policy) {
    return policy.substring(policy.indexOf('/') + 1);
  }

  private static WordAnalyzer analyzer(String language) {
    try {
      return WordAnalyzer.with(SnowballStemmer.of(language));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--language: " + e.getMessage());
    }
  }
}
