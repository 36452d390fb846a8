package io.msgvault.embed.text;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stems English words by the algorithm known as Porter 2, as its author Martin Porter describes it
 * at <a href="https://snowballstem.org/algorithms/english/stemmer.html">snowballstem.org</a>.
 *
 * <p>English is the default of every backend, and this module depends on no library that has a
 * stemmer. So this one is written here. A test in {@code msgvault-embed-lucene} compares it with
 * Snowball's over a large vocabulary.
 *
 * <p>The algorithm removes or replaces endings in steps. A step applies to a suffix that lies in a
 * region: R1 begins behind the first consonant that follows a vowel, and R2 is the R1 of R1. The
 * letter {@code Y} stands for a y that is a consonant.
 */
enum EnglishStemmer implements Stemmer {
  INSTANCE;

  private static final Map<String, String> IRREGULAR =
      Map.ofEntries(
          Map.entry("skis", "ski"),
          Map.entry("skies", "sky"),
          Map.entry("dying", "die"),
          Map.entry("lying", "lie"),
          Map.entry("tying", "tie"),
          Map.entry("idly", "idl"),
          Map.entry("gently", "gentl"),
          Map.entry("ugly", "ugli"),
          Map.entry("early", "earli"),
          Map.entry("only", "onli"),
          Map.entry("singly", "singl"),
          Map.entry("sky", "sky"),
          Map.entry("news", "news"),
          Map.entry("howe", "howe"),
          Map.entry("atlas", "atlas"),
          Map.entry("cosmos", "cosmos"),
          Map.entry("bias", "bias"),
          Map.entry("andes", "andes"));

  /**
   * Articles, pronouns, auxiliary verbs, prepositions, conjunctions, words that ask, and negations.
   * Words that are often names or content in mail are not among them: us, may, will, don.
   */
  private static final Set<String> STOP_WORDS =
      Set.of(
          ("a an the this that these those some any each every all both no not nor"
                  + " i me my we our ours you your yours he him his she her hers it its they them"
                  + " their theirs myself yourself himself herself itself ourselves themselves"
                  + " am is are was were be been being do does did doing done have has had having"
                  + " can cannot could shall should would might must ought"
                  + " isn aren wasn weren doesn didn hasn hadn couldn shouldn wouldn mustn"
                  + " of in on at by for from to into onto with within without about"
                  + " between among through during before after since until upon as than"
                  + " and or but if then so because while although though whether either neither"
                  + " what which who whom whose when where why how there here"
                  + " such too very just also only own same other")
              .split(" "));

  private static final Set<String> FINISHED_AFTER_PLURAL =
      Set.of("inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed");

  private static final List<String> R1_PREFIXES = List.of("gener", "commun", "arsen");

  /** Suffixes and their replacements in R1, longest first where one ends another. */
  private static final String[][] STEP_2 = {
    {"ational", "ate"},
    {"fulness", "ful"},
    {"iveness", "ive"},
    {"ization", "ize"},
    {"ousness", "ous"},
    {"biliti", "ble"},
    {"lessli", "less"},
    {"tional", "tion"},
    {"alism", "al"},
    {"aliti", "al"},
    {"ation", "ate"},
    {"entli", "ent"},
    {"fulli", "ful"},
    {"iviti", "ive"},
    {"ousli", "ous"},
    {"abli", "able"},
    {"alli", "al"},
    {"anci", "ance"},
    {"ator", "ate"},
    {"enci", "ence"},
    {"izer", "ize"},
    {"bli", "ble"},
    {"ogi", "og"},
    {"li", ""},
  };

  private static final String[][] STEP_3 = {
    {"ational", "ate"},
    {"tional", "tion"},
    {"alize", "al"},
    {"ative", ""},
    {"icate", "ic"},
    {"iciti", "ic"},
    {"ical", "ic"},
    {"ness", ""},
    {"ful", ""},
  };

  private static final List<String> STEP_4 =
      List.of(
          "ement", "able", "ance", "ence", "ible", "ment", "ant", "ate", "ent", "ion", "ism", "iti",
          "ive", "ize", "ous", "al", "er", "ic");

  @Override
  public String language() {
    return "english";
  }

  @Override
  public boolean isStopWord(String word) {
    return STOP_WORDS.contains(word);
  }

  @Override
  public String stem(String word) {
    if (word.length() <= 2) {
      return word;
    }
    String irregular = IRREGULAR.get(word);
    return irregular != null ? irregular : new Work(word).stem();
  }

  /** The word while it is stemmed. */
  private static final class Work {
    private final StringBuilder word;
    private final int r1;
    private final int r2;

    Work(String given) {
      word = new StringBuilder(given);
      for (int i = 0; i < word.length(); i++) {
        if (word.charAt(i) == 'y' && (i == 0 || isVowel(i - 1))) {
          word.setCharAt(i, 'Y');
        }
      }
      r1 = firstRegion(given);
      r2 = region(r1);
    }

    private int firstRegion(String given) {
      for (String prefix : R1_PREFIXES) {
        if (given.startsWith(prefix)) {
          return prefix.length();
        }
      }
      return region(0);
    }

    /** Returns the place behind the first consonant that follows a vowel. */
    private int region(int start) {
      for (int i = start + 1; i < word.length(); i++) {
        if (!isVowel(i) && isVowel(i - 1)) {
          return i + 1;
        }
      }
      return word.length();
    }

    String stem() {
      removePlural();
      if (!FINISHED_AFTER_PLURAL.contains(word.toString())) {
        removeTense();
        replaceFinalY();
        replaceDerivation(STEP_2);
        replaceDerivation(STEP_3);
        removeResidue();
        removeFinalLetter();
      }
      return word.toString().replace('Y', 'y');
    }

    /** Step 1a. */
    private void removePlural() {
      if (ends("sses")) {
        cut(2);
      } else if (ends("ied") || ends("ies")) {
        cut(word.length() > 4 ? 2 : 1);
      } else if (ends("s") && !ends("us") && !ends("ss") && hasVowel(word.length() - 2)) {
        cut(1);
      }
    }

    /** Step 1b. */
    private void removeTense() {
      if (ends("eedly") || ends("eed")) {
        int suffix = ends("eed") ? 3 : 5;
        if (word.length() - suffix >= r1) {
          cut(suffix - 2);
        }
        return;
      }
      int suffix = ends("ingly") ? 5 : ends("edly") ? 4 : ends("ing") ? 3 : ends("ed") ? 2 : 0;
      if (suffix == 0 || !hasVowel(word.length() - suffix)) {
        return;
      }
      cut(suffix);
      if (ends("at") || ends("bl") || ends("iz")) {
        word.append('e');
      } else if (endsInDouble()) {
        cut(1);
      } else if (r1 >= word.length() && endsInShortSyllable(word.length())) {
        word.append('e');
      }
    }

    /** Step 1c. */
    private void replaceFinalY() {
      int last = word.length() - 1;
      if (last > 1 && (ends("y") || ends("Y")) && !isVowel(last - 1)) {
        word.setCharAt(last, 'i');
      }
    }

    /** Steps 2 and 3. */
    private void replaceDerivation(String[][] step) {
      for (String[] rule : step) {
        String suffix = rule[0];
        if (ends(suffix)) {
          int start = word.length() - suffix.length();
          if (start >= r1 && allows(suffix, start)) {
            word.setLength(start);
            word.append(rule[1]);
          }
          return;
        }
      }
    }

    private boolean allows(String suffix, int start) {
      return switch (suffix) {
        case "ogi" -> start > 0 && word.charAt(start - 1) == 'l';
        case "li" -> start > 0 && "cdeghkmnrt".indexOf(word.charAt(start - 1)) >= 0;
        case "ative" -> start >= r2;
        default -> true;
      };
    }

    /** Step 4. */
    private void removeResidue() {
      for (String suffix : STEP_4) {
        if (ends(suffix)) {
          int start = word.length() - suffix.length();
          boolean allowed =
              !suffix.equals("ion") || (start > 0 && "st".indexOf(word.charAt(start - 1)) >= 0);
          if (start >= r2 && allowed) {
            word.setLength(start);
          }
          return;
        }
      }
    }

    /** Step 5. */
    private void removeFinalLetter() {
      int last = word.length() - 1;
      if (ends("e")) {
        if (last >= r2 || (last >= r1 && !endsInShortSyllable(last))) {
          cut(1);
        }
      } else if (ends("ll") && last >= r2) {
        cut(1);
      }
    }

    private boolean ends(String suffix) {
      int start = word.length() - suffix.length();
      if (start < 0) {
        return false;
      }
      for (int i = suffix.length() - 1; i >= 0; i--) { // most differ in the last letter
        if (word.charAt(start + i) != suffix.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private void cut(int letters) {
      word.setLength(word.length() - letters);
    }

    private boolean isVowel(int at) {
      return switch (word.charAt(at)) {
        case 'a', 'e', 'i', 'o', 'u', 'y' -> true;
        default -> false;
      };
    }

    private boolean hasVowel(int end) {
      for (int i = 0; i < end; i++) {
        if (isVowel(i)) {
          return true;
        }
      }
      return false;
    }

    private boolean endsInDouble() {
      int last = word.length() - 1;
      return last > 0
          && word.charAt(last) == word.charAt(last - 1)
          && "bdfgmnprt".indexOf(word.charAt(last)) >= 0;
    }

    /** Returns whether the part before {@code end} ends in a short syllable. */
    private boolean endsInShortSyllable(int end) {
      if (end < 2 || isVowel(end - 1) || !isVowel(end - 2)) {
        return false;
      }
      return end == 2 || (!isVowel(end - 3) && "wxY".indexOf(word.charAt(end - 1)) < 0);
    }
  }
}
