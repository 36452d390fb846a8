package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.text.WordAnalyzer.Kind;
import io.msgvault.embed.text.WordAnalyzer.Term;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordAnalyzerTest {
  private static final WordAnalyzer ENGLISH = WordAnalyzer.english();

  /** The text on the left gives the surfaces on the right. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The plumber, again!     | the plumber again",
        "100% of <x>             | 100 of x",
        "… «—»                   | ''",
        // case
        "STRASSE Straße STRAẞE   | strasse strasse strasse",
        "ΣΟΦΟΣ σοφός             | σοφοσ σοφοσ",
        "İstanbul ISPARTA ışık   | istanbul isparta isik",
        "ǅungla                  | dzungla",
        // canonical and compatible forms
        "nai\u0308ve naïve       | naive naive",
        "\uFF21\uFF22１２３４     | ab1234",
        "ﬁnal ﬂoor               | final floor",
        "x² ㎏ Ⅷ ①               | x2 kg viii 1",
        "\u212Bngström           | angstrom",
        "им\u0438\u0306 й        | имй й",
        "ｶﾞｽ                     | ガス ス",
        "ガス か\u3099す          | ガス ス がす す",
        // invisible characters
        "Reise\u00ADkosten       | reisekosten",
        "Fahr\u200Brad\u2060kel\uFEFFler | fahrradkeller",
        "a\u200Db \u202Eabc\u202C | ab abc",
        "z\u034Fe\uFE0F          | ze",
        // diacritics and letters that are not composed
        "Müller Ångström Zürich  | muller angstrom zurich",
        "Wałęsa Łódź Smørrebrød  | walesa lodz smorrebrod",
        "Đorđe Þór Eyþór guðrún  | dorde thor eythor gudrun",
        "Ærø Cœur Ħamrun Ŋ       | aero coeur hamrun n",
        "Əliyev ŧ ƒ Hawaiʻi      | aliyev t f hawai hawaii i",
        "Việt Nguyễn Trần Đức    | viet nguyen tran duc",
        "Αθήνα ΑΘΗΝΑ             | αθηνα αθηνα",
        "ёлка Елка мой за\u0301мок | елка елка мой замок",
        "מִכְתָּב                 | מכתב",
        "رِسَالَة أحمد مـرحبا    | رساله احمد مرحبا",
        "हिन्दी                  | हिन्दी",
        // digits of other scripts
        "٢٠٢٤ २०२४               | 2024 2024",
        // compounds
        "e-mail                  | e email mail",
        "E\u2010Mail             | e email mail",
        "state-of-the-art        | state stateoftheart of the art",
        "- a - b -- c            | a b c",
        "O'Brien O’Brien         | o obrien brien o obrien brien",
        "the plumber's don't we'll | the plumber don we",
        "l'eau aujourd'hui       | l leau eau aujourd aujourdhui hui",
        "R&D AT&T                | r rd d at att t",
        // numbers, addresses, file names
        "1,234.56                | 1 1234.56 234 56",
        "3.14 10.0.0.1           | 3 3.14 14 10 10.0.0.1 0 0 1",
        "10:30 5/12 2024-05-01   | 10 10:30 30 5 5/12 12 2024 20240501 05 01",
        "½                       | 1 1/2 2",
        "one,two either/or a:b   | one two either or a b",
        "ann@example.org.        | ann ann@example.org example org",
        "Report_v2.PDF           | report report_v2.pdf v2 pdf",
        "AB-1234 AB1234          | ab ab1234 1234 ab1234",
        "https://example.org/a   | https example example.org org a",
        // scripts without spaces
        "信件箱。                  | 信件 件箱 箱",
        "水                      | 水",
        "東京Tower2024年         | 東京 京 tower2024 年",
        "コーヒー                 | コー ーヒ ヒー ー",
        "회의가                   | 회의 의가 가",
        "สวัสดี                  | สวั วัส สดี ดี",
        "ພາສາ                    | ພາ າສ ສາ າ",
        "ភាសា                    | ភាសា សា",
        "ကောင်း                  | ကောင်း င်း",
      })
  void textGivesSurfaces(String text, String surfaces) {
    assertEquals(
        surfaces, ENGLISH.terms(text).stream().map(Term::surface).collect(Collectors.joining(" ")));
  }

  /** A message that has the first is found by the second, in this form or by its stem. */
  @ParameterizedTest
  @CsvSource({
    "Müller, Müller",
    "Bahnhofstraße, Bahnhofstrasse",
    "Reise\u00ADkosten\u00ADabrechnung, Reisekostenabrechnung",
    "Fahrrad\u200Bkeller, Fahrradkeller",
    "Schlie\u00ADßfach, Schließfach",
    "\uFF21\uFF22\uFF11\uFF12\uFF13\uFF14, AB1234",
    "Wałęsa, Walesa",
    "Smørrebrød, Smorrebrod",
    "Łódź, Lodz",
    "Weißgasse, Weissgasse",
    "Weissgasse, Weißgasse",
    "か\u3099くせい, がくせい",
    "и\u0306, й",
    "今日は会議があります, 会議",
    "วันนี้มีประชุมใหญ่, ประชุม",
    "e-mail, email",
    "email, e-mail",
    "Ottoline Berg <o.berg@example.org>, Ottoline",
    "o.berg@example.org, o.berg@example.org",
    "o.berg@example.org, berg",
    "zeppelin_plan-v2.pdf, zeppelin",
    "heated, heating",
    "boilers, boiler",
    "plumber's, plumbers",
  })
  void questionFindsText(String text, String question) {
    Set<String> stems = ENGLISH.terms(text).stream().map(Term::stem).collect(Collectors.toSet());
    assertTrue(
        ENGLISH.terms(question).stream()
            .filter(term -> term.kind() != Kind.LAST)
            .map(Term::stem)
            .anyMatch(stems::contains),
        () -> stems + " has nothing of " + ENGLISH.terms(question));
  }

  /** Words that another script or another number tells apart stay apart. */
  @ParameterizedTest
  @CsvSource({"мой, мои", "か, が", "10.5, 105", "ABC, AB C"})
  void differentWordsStayApart(String one, String other) {
    assertNotEquals(surfaces(one), surfaces(other));
  }

  private static List<String> surfaces(String text) {
    return ENGLISH.terms(text).stream().map(Term::surface).toList();
  }

  @Test
  void termsCarryPositionsAndOffsets() {
    assertEquals(
        List.of(
            new Term("nai", "nai", 0, 1, 5, Kind.WORD),
            new Term("naie", "naie", 0, 1, 8, Kind.COMPOUND),
            new Term("e", "e", 1, 6, 8, Kind.WORD),
            new Term("running", "run", 2, 9, 16, Kind.WORD)),
        ENGLISH.terms("\"nai\u0308-𝑒 running"));
    assertEquals(
        List.of(new Term("信件", "信件", 0, 0, 2, Kind.PAIR), new Term("件", "件", 1, 1, 2, Kind.LAST)),
        ENGLISH.terms("信件"));
    assertEquals(
        List.of(new Term("final", "final", 0, 1, 5, Kind.WORD)), ENGLISH.terms("\u200Bﬁnal\u200B"));
  }

  @Test
  void stopWordsAreTermsLikeOthers() {
    assertEquals(
        List.of(
            new Term("how", "how", 0, 0, 3, Kind.STOP_WORD),
            new Term("to", "to", 1, 4, 6, Kind.STOP_WORD),
            new Term("todo", "todo", 1, 4, 9, Kind.COMPOUND),
            new Term("do", "do", 2, 7, 9, Kind.STOP_WORD)),
        ENGLISH.terms("How to-do"));
    assertEquals(Kind.WORD, WordAnalyzer.with(Stemmer.none()).terms("the").get(0).kind());
  }

  @Test
  void wordsWithDigitsAreNotStemmed() {
    assertEquals(
        List.of("b2ings", "heat"),
        ENGLISH.terms("b2ings heating").stream().map(Term::stem).toList());
  }

  @Test
  void policyNamesVersionAndStemmer() {
    assertEquals("words-1/english", ENGLISH.policy());
    assertEquals("words-1/none", WordAnalyzer.with(Stemmer.none()).policy());
  }

  @Test
  void stemmerOfHostIsUsed() {
    Stemmer first =
        new Stemmer() {
          @Override
          public String language() {
            return "first letter";
          }

          @Override
          public String stem(String word) {
            return word.substring(0, 1);
          }
        };
    assertEquals(
        List.of("u", "2x"),
        WordAnalyzer.with(first).terms("Über 2x").stream().map(Term::stem).toList());
  }

  /** Any text is read, in time that grows with its length. */
  @ParameterizedTest
  @ValueSource(
      strings = {"x", "a.", "e\u0301", "\u0301", "信", "\u00AD", "\uD83E", "a'", "\u1161", "1,"})
  void hugeTextsAreRead(String unit) {
    String text = unit.repeat(200_000);
    ENGLISH.terms(text).forEach(term -> assertTrue(isSound(term, text), term::toString));
  }

  private static boolean isSound(Term term, String text) {
    return !term.surface().isEmpty()
        && Stream.of(term.surface(), term.stem())
            .allMatch(form -> !form.isEmpty() && form.length() <= WordAnalyzer.MAX_LENGTH)
        && term.start() < term.end()
        && term.end() <= text.length();
  }

  @Test
  void longWordsAreCut() {
    assertEquals(List.of("x".repeat(100), "y"), surfaces("x".repeat(5_000) + " y"));
    assertEquals(List.of("a".repeat(99)), surfaces("a".repeat(99) + "𐐨b"));
  }
}
