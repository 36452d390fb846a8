package io.msgvault.embed.benchmarks;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.sqlite.SqliteArchive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generates messages of 60 to 140 words whose frequencies are distributed as in a language, the
 * same in each run.
 *
 * <p>The chance of the word of rank r is proportional to 1 / (r + 2.7), after Zipf and Mandelbrot,
 * for {@value #WORDS} words. A word consists of syllables and a last consonant; frequent words are
 * short. Four in ten occurrences end in s, ed or ing, which the English stemmer takes off. A
 * message depends on its number alone, so it can be made again at any time.
 */
final class ZipfMail {
  static final int WORDS = 200_000;

  private static final double SHIFT = 2.7;
  private static final String CONSONANTS = "bdfgklmnprtvz";
  private static final String VOWELS = "aeiou";
  private static final String LAST = "bdgkmnpt";
  private static final int TRANSACTION = 1000;

  private final double[] cumulative = new double[WORDS];
  private final String[] words = new String[WORDS];

  ZipfMail() {
    double sum = 0;
    for (int rank = 0; rank < WORDS; rank++) {
      sum += 1 / (rank + 1 + SHIFT);
      cumulative[rank] = sum;
      words[rank] = word(rank);
    }
  }

  private static String word(int rank) {
    StringBuilder word = new StringBuilder();
    int rest = rank / LAST.length();
    do {
      word.append(CONSONANTS.charAt(rest % CONSONANTS.length()));
      rest /= CONSONANTS.length();
      word.append(VOWELS.charAt(rest % VOWELS.length()));
      rest /= VOWELS.length();
    } while (rest > 0);
    return word.append(LAST.charAt(rank % LAST.length())).toString();
  }

  /** Returns the word of a rank, from 0 for the most frequent. */
  String wordOfRank(int rank) {
    return words[rank];
  }

  /** Returns the words of a message. */
  List<String> words(long number) {
    SplittableRandom random = new SplittableRandom(number);
    int length = random.nextInt(60, 141);
    List<String> text = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      text.add(word(random));
    }
    return text;
  }

  private String word(SplittableRandom random) {
    double at = random.nextDouble(cumulative[WORDS - 1]);
    int found = Arrays.binarySearch(cumulative, at);
    String word = words[found < 0 ? -found - 1 : found];
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> word + "s";
      case 3, 4, 5 -> word + "ed";
      case 6, 7 -> word + "ing";
      default -> word;
    };
  }

  String subject(long number) {
    return String.join(" ", words(number).subList(0, 4));
  }

  String body(long number) {
    List<String> words = words(number);
    StringBuilder text = new StringBuilder();
    for (int i = 4; i < words.size(); i++) {
      text.append(words.get(i)).append(i % 12 == 11 ? ".\n" : " ");
    }
    return text.toString();
  }

  /** Stores the messages with the numbers from 1 on, which are their ids. */
  void store(Path archive, int messages) {
    try (SqliteArchive store = SqliteArchive.install(archive)) {
      List<NewMessage> batch = new ArrayList<>();
      for (int i = 1; i <= messages; i++) {
        batch.add(
            NewMessage.builder("bench", "message-" + i).subject(subject(i)).text(body(i)).build());
        if (batch.size() == TRANSACTION || i == messages) {
          store.storeAll(batch);
          batch.clear();
        }
      }
    }
  }
}
