package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectTest {
  @ParameterizedTest
  @CsvSource({
    "Budget, Budget, false",
    "Re: Budget, Budget, false",
    "RE: re:AW: Budget, Budget, false",
    "Re[2]: Budget, Budget, false",
    "Re^3: Budget, Budget, false",
    "Antw.: Budget, Antw.: Budget, false",
    "Fwd: Re: Budget, Budget, true",
    "WG: Budget, Budget, true",
    "回复：预算, 预算, false",
    "转发: 预算, 预算, true",
    "Report: Budget, Report: Budget, false",
    "Re, Re, false",
    "Re:, '', false",
    "'  [list] Re: Budget ', [list] Re: Budget, false",
    "'', '', false",
  })
  void removesPrefixesOfMailPrograms(String line, String text, boolean forwarded) {
    assertEquals(new Subject(text, forwarded), Subject.of(line));
  }
}
