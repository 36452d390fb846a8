package io.msgvault.embed.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.text.WordAnalyzer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares searches that skip what cannot be among the best with those that score everything. */
class ExactFormsTest {
  private static final List<String> WORDS =
      List.of(
          "heat", "heats", "heated", "heating", "leak", "leaks", "leaking", "boiler", "boilers",
          "tea", "Göring", "goring", "Goring", "café", "cafés", "cafes");

  @TempDir Path folder;
  private final WordAnalyzer analyzer = WordAnalyzer.english();

  /** Short messages, whose lengths no index rounds. The later words are rarer. */
  private static List<MessageWords> messages(int number) {
    SplittableRandom random = new SplittableRandom(3);
    List<MessageWords> messages = new ArrayList<>();
    for (int id = 1; id <= number; id++) {
      String body =
          Stream.generate(() -> WORDS.get((int) (WORDS.size() * Math.pow(random.nextDouble(), 2))))
              .limit(random.nextInt(1, 30))
              .collect(Collectors.joining(" "));
      messages.add(new MessageWords(id, 1, Map.of(WordField.BODY, body)));
    }
    return messages;
  }

  @Test
  void theBestOfFewAreThoseOfTheFormula() {
    List<MessageWords> messages = messages(3000);
    InMemoryWordIndex formula = new InMemoryWordIndex(new InMemoryWordIndex.Storage(), analyzer);
    formula.upsert(messages);
    try (LuceneWordIndex index = LuceneWordIndex.install(folder, analyzer)) {
      for (int from = 0; from < messages.size(); from += 500) {
        index.upsert(messages.subList(from, from + 500));
      }
      for (String text :
          List.of(
              "heated",
              "heat",
              "heating leaks",
              "boilers heats leak tea",
              "goring",
              "Göring",
              "cafés",
              "cafes heat",
              "café goring heated",
              "\"heat leaks\" heated",
              "hea* leaking")) {
        WordQuery question = WordQuery.parse(text, analyzer);
        List<WordHit> found = index.search(question, 20);
        List<WordHit> expected = formula.search(question, 20);
        assertEquals(expected.size(), found.size(), text);
        for (int i = 0; i < found.size(); i++) {
          assertEquals(expected.get(i).score(), found.get(i).score(), 1e-5, text + " at " + i);
        }
        assertTrue(
            Comparator.comparingDouble(WordHit::score)
                    .reversed()
                    .thenComparingLong(WordHit::messageId)
                    .compare(found.get(0), found.get(1))
                < 0,
            text);
      }
    }
  }

  /** English takes the ending off "goring", and leaves "göring", whose form is the same. */
  @Test
  void formIsFoundWhereItsStemIsAnother() {
    for (String asked : List.of("goring", "Göring")) {
      try (LuceneWordIndex index =
          LuceneWordIndex.install(folder.resolve(asked.replace('ö', 'x')), analyzer)) {
        List<MessageWords> batch = new ArrayList<>();
        for (long id = 1; id <= 40; id++) {
          String body = id <= 10 ? "Göring" : id <= 20 ? "goring" : id <= 30 ? "gored" : "tea";
          batch.add(new MessageWords(id, 1, Map.of(WordField.BODY, body + " met")));
        }
        index.upsert(batch);
        List<Long> found =
            index.search(WordQuery.parse(asked, analyzer), 99).stream()
                .map(WordHit::messageId)
                .toList();
        for (long id = 1; id <= 20; id++) {
          assertTrue(found.contains(id), asked + " in " + id);
        }
      }
    }
  }
}
