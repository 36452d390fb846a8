package io.msgvault.embed.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.store.WordQuery.Occurrence;
import io.msgvault.embed.store.WordQuery.Phrase;
import io.msgvault.embed.store.WordQuery.Prefix;
import io.msgvault.embed.store.WordQuery.Term;
import io.msgvault.embed.store.WordQuery.Word;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordQueryTest {
  private static final WordAnalyzer ENGLISH = WordAnalyzer.english();

  /** Words stand as they are, prefixes with an asterisk, phrases in brackets. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rattling boiler          | rattling boiler",
        "tea TEA Tea soup         | tea×3 soup",
        "rattl* rattl *tea te*b   | rattl* rattl tea te* b",
        "\"server room\" hot      | [server room] hot",
        "\"server\" \"\" \"a* b\" | server [a b]",
        "5\" screen               | 5 screen",
        "e-mail                   | e email mail",
        "\"e-mail server\"        | [e mail server]",
        "report_v*                | report report_v v*",
        "東京都 水                | 東京 京都 水*",
        "\"東京都\"               | [東京 京都]",
        "\"東京\"                 | 東京",
        "\"東京tower\"            | [東京 京 tower]",
        "東京*                    | 東京",
        "\"水\"                   | 水*",
        "b:c (d) -e +f NOT        | b c d e f",
        "x'; DROP TABLE y --      | x drop table y",
        "!?                       | ''",
        // stop words
        "How do I heat the cellar? | heat cellar",
        "What's on, isn't it: tea | tea",
        "to be or not to be       | to×2 be×2 or not",
        "the* boiler              | the* boiler",
        "\"the\" \"is it\" boiler  | the [is it] boiler",
        "to-do state-of-the-art   | todo state stateoftheart art",
        "will may us don          | will may us don",
      })
  void textGivesTerms(String text, String terms) {
    assertEquals(
        terms,
        WordQuery.parse(text, ENGLISH).terms().entrySet().stream()
            .map(term -> format(term.getKey()) + (term.getValue() > 1 ? "×" + term.getValue() : ""))
            .collect(Collectors.joining(" ")));
  }

  private static String format(Term term) {
    if (term instanceof Word word) {
      return word.surface();
    }
    return term instanceof Prefix prefix
        ? prefix.beginning() + "*"
        : "[" + String.join(" ", ((Phrase) term).surfaces()) + "]";
  }

  @Test
  void wordsHaveStems() {
    assertEquals(
        Map.of(new Word("heating", "heat"), 1), WordQuery.parse("Heating", ENGLISH).terms());
    assertTrue(WordQuery.parse("?", ENGLISH).isEmpty());
  }

  @Test
  void termsBeyondTheMaximumAreIgnored() {
    String text = IntStream.range(0, 300).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
    assertEquals(WordQuery.MAX_TERMS, WordQuery.parse(text, ENGLISH).terms().size());
  }

  @Test
  void malformedTermsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Phrase(List.of("one")));
    assertThrows(IllegalArgumentException.class, () -> new Prefix(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"", "\"\"\"", "***", "\uD83E", "\0"})
  void everyTextIsAQuery(String text) {
    assertTrue(WordQuery.parse(text, ENGLISH).isEmpty());
  }

  @Test
  void occurrencesAreFoundInEveryForm() {
    String text = "He heated the server room; heating. Server-room: Straßenbahn";
    assertEquals(
        List.of(
            "heated",
            "server",
            "server room",
            "room",
            "heating",
            "Server",
            "Server-room",
            "room",
            "Straßenbahn"),
        spans("\"server room\" heats strassen* server room", text).stream()
            .map(place -> text.substring(place.start(), place.end()))
            .toList());
  }

  private static List<Occurrence> spans(String question, String text) {
    return WordQuery.parse(question, ENGLISH).occurrences(text, ENGLISH);
  }

  @Test
  void orderOfTermsIsKept() {
    Map<Term, Integer> terms = new LinkedHashMap<>();
    terms.put(new Word("b", "b"), 2);
    terms.put(new Word("a", "a"), 1);
    assertEquals(List.copyOf(terms.keySet()), List.copyOf(new WordQuery(terms).terms().keySet()));
  }
}
