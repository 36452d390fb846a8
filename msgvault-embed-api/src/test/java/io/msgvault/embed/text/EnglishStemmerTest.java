package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests each step; the module msgvault-embed-lucene compares a large vocabulary with Snowball. */
class EnglishStemmerTest {
  @ParameterizedTest
  @CsvSource({
    // irregular, and short
    "skies, sky",
    "news, news",
    "ox, ox",
    "is, is",
    // 1a
    "caresses, caress",
    "ties, tie",
    "cries, cri",
    "gas, gas",
    "gaps, gap",
    "kiwis, kiwi",
    "bus, bus",
    "inning, inning",
    // 1b
    "agreed, agre",
    "feed, feed",
    "plastered, plaster",
    "bled, bled",
    "motoring, motor",
    "sing, sing",
    "conflated, conflat",
    "troubled, troubl",
    "sized, size",
    "hopping, hop",
    "hoping, hope",
    "falling, fall",
    "repeatedly, repeat",
    // 1c
    "cry, cri",
    "by, by",
    "say, say",
    "happy, happi",
    // 2
    "relational, relat",
    "conditional, condit",
    "valency, valenc",
    "digitizer, digit",
    "radically, radic",
    "vileness, vile",
    "analogously, analog",
    "operator, oper",
    "feudalism, feudal",
    "decisiveness, decis",
    "hopefulness, hope",
    "sensibility, sensibl",
    "geology, geolog",
    "quickly, quick",
    // 3
    "triplicate, triplic",
    "formative, format",
    "formalize, formal",
    "electrical, electr",
    "goodness, good",
    // 4
    "revival, reviv",
    "allowance, allow",
    "adjustable, adjust",
    "replacement, replac",
    "adoption, adopt",
    "communism, communism",
    "activate, activ",
    "effective, effect",
    // 5
    "probate, probat",
    "rate, rate",
    "cease, ceas",
    "controll, control",
    "roll, roll",
    // R1 and Y
    "generate, generat",
    "youth, youth",
    "boyish, boyish",
    "yearly, year",
  })
  void wordHasStem(String word, String stem) {
    assertEquals(stem, Stemmer.english().stem(word));
  }
}
