package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.testkit.model.Generators;
import io.msgvault.embed.testkit.model.WordAction;
import io.msgvault.embed.testkit.model.WordsUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Gives the rules of word indexes an index each, random messages and random questions. */
public interface WordIndexContext extends SuiteContext {
  /** Opens storage for one test. It is empty. */
  WordIndexFixture openFixture();

  default WordsUnderTest words() {
    return new WordsUnderTest(openFixture());
  }

  /** The longest message, in terms, whose length an index must not round. */
  int EXACT_LENGTH = 40;

  /** Up to twelve messages with ids that are not in order, short enough for exact lengths. */
  @Provide
  default Arbitrary<List<MessageWords>> messageLists() {
    Arbitrary<String> text = texts(4);
    Arbitrary<Map<WordField, String>> fields =
        Combinators.combine(text, texts(12), text, text)
            .as(
                (subject, body, people, attachments) ->
                    Map.of(
                        WordField.SUBJECT, subject,
                        WordField.BODY, body,
                        WordField.PEOPLE, people,
                        WordField.ATTACHMENTS, attachments));
    return fields
        .filter(WordIndexContext::hasExactLength)
        .list()
        .ofMaxSize(12)
        .map(
            all -> {
              List<MessageWords> messages = new ArrayList<>();
              for (int i = 0; i < all.size(); i++) {
                long id = 1 + (i * 7L) % 13;
                messages.add(new MessageWords(id, 10 + i, all.get(i)));
              }
              return messages;
            });
  }

  /** Returns whether no index may round the length of a message with these texts (WI-8). */
  private static boolean hasExactLength(Map<WordField, String> texts) {
    return texts.entrySet().stream()
            .mapToInt(
                text ->
                    text.getKey().weight() * WordsUnderTest.ANALYZER.terms(text.getValue()).size())
            .sum()
        <= EXACT_LENGTH;
  }

  private static Arbitrary<String> texts(int most) {
    return Arbitraries.of(
            "tea", "Teas", "soup", "heating", "heated", "server", "room", "Müller", "水", "信件箱",
            "2024")
        .list()
        .ofMaxSize(most)
        .map(words -> String.join(" ", words));
  }

  /** Questions of words, repeated words, phrases, prefixes, and words that are nowhere. */
  @Provide
  default Arbitrary<String> questions() {
    return Arbitraries.of(
            "tea",
            "teas",
            "soups",
            "heating",
            "heats",
            "\"server room\"",
            "room",
            "muller",
            "te*",
            "水",
            "信件",
            "\"件箱\"",
            "20*",
            "\"tea soup\"",
            "nowhere",
            "nowhere*",
            "\"tea nowhere\"")
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(words -> String.join(" ", words));
  }

  /** Texts of any kind. */
  @Provide
  default Arbitrary<String> oddTexts() {
    return Generators.texts(true);
  }

  /** Calls that change an index. */
  @Provide
  default Arbitrary<List<WordAction>> wordActions() {
    Arbitrary<Long> ids = Arbitraries.longs().between(1, 6);
    Arbitrary<WordAction> upsert =
        Combinators.combine(
                ids.set().ofMinSize(1).ofMaxSize(3),
                Arbitraries.longs().between(1, 9),
                texts(3),
                Arbitraries.integers().between(0, 1))
            .as(
                (messages, revision, text, instance) ->
                    new WordAction(instance, messages, revision, text));
    Arbitrary<WordAction> delete =
        Combinators.combine(ids.set().ofMaxSize(3), Arbitraries.integers().between(0, 1))
            .as((messages, instance) -> new WordAction(instance, messages, 0, ""));
    return Arbitraries.frequencyOf(Tuple.of(3, upsert), Tuple.of(1, delete)).list().ofMaxSize(12);
  }
}
