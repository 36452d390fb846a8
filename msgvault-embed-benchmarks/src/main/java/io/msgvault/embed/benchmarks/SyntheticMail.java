package io.msgvault.embed.benchmarks;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.sqlite.SqliteArchive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Generates messages of random words, the same in each run. No two have the same text. */
final class SyntheticMail {
  private static final int TRANSACTION = 1000;
  private static final String[] SYLLABLES = {
    "ba", "co", "di", "fu", "ge", "hi", "jo", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo"
  };

  private SyntheticMail() {}

  /** Stores messages whose texts have this many words. */
  static void store(Path archive, int messages, int words) {
    SplittableRandom random = new SplittableRandom(42);
    try (SqliteArchive store = SqliteArchive.install(archive)) {
      List<NewMessage> batch = new ArrayList<>();
      for (int i = 1; i <= messages; i++) {
        batch.add(
            NewMessage.builder("bench", "message-" + i)
                .subject("Message " + i + " about " + text(random, 3))
                .text(text(random, words))
                .build());
        if (batch.size() == TRANSACTION || i == messages) {
          store.storeAll(batch);
          batch.clear();
        }
      }
    }
  }

  static String text(SplittableRandom random, int words) {
    StringBuilder text = new StringBuilder();
    for (int word = 0; word < words; word++) {
      for (int syllable = random.nextInt(1, 4); syllable > 0; syllable--) {
        text.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
      }
      text.append(word % 12 == 11 ? ". " : " ");
    }
    return text.toString();
  }
}
