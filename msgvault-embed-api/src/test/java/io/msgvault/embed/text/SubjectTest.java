package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTest {
  @ParameterizedTest
  @CsvSource({
    "Budget, Budget, false",
    "Re: Budget, Budget, false",
    "RE: re:AW: Budget, Budget, false",
    "Re[2]: Budget, Budget, false",
    "Re^3: Budget, Budget, false",
    "Re [list]: Budget, Budget, false",
    "RE : Budget, Budget, false",
    "Antw.: Budget, Antw.: Budget, false",
    "Fwd: Re: Budget, Budget, true",
    "WG: Budget, Budget, true",
    "回复：预算, 预算, false",
    "转发: 预算, 预算, true",
    "Report: Budget, Report: Budget, false",
    "Re, Re, false",
    "Re:, '', false",
    "'  [list] Re: Budget ', [list] Budget, false",
    "'', '', false",
    "[EXTERN] FW: Budget, [EXTERN] Budget, true",
    "[ext] [list] Re: FW: Budget, [ext] [list] Budget, true",
    "RE: [ext] WG: Budget, [ext] Budget, true",
    "URGENT: FW: Budget, URGENT: Budget, true",
    "Re: FYI: Fwd: Budget, FYI: Budget, true",
    "Note: Re: Budget, Note: Re: Budget, false",
    "[ext]: FW: Budget, [ext]: Budget, true",
    "**SPAM** FW: Budget, **SPAM** Budget, true",
    "{Spam?} Fwd: Budget, {Spam?} Budget, true",
    "(EXT) TR : Budget, (EXT) Budget, true",
    "EXTERNAL: FW: Budget, EXTERNAL: Budget, true",
    "【外部】 转发：预算, 【外部】 预算, true",
    "[minutes] Budget, [minutes] Budget, false",
    "[open Budget, [open Budget, false",
    "* Budget, * Budget, false",
    "External: Budget, External: Budget, false",
    "[Fwd: Budget], Budget, true",
    "Re: [Fwd: Budget], Budget, false",
    "[Fwd: [Fwd: Re: Budget]], Budget, true",
    "Budget (fwd), Budget, true",
    "Re: Budget (fwd), Budget, false",
  })
  void removesPrefixesOfMailPrograms(String line, String text, boolean forwarded) {
    assertEquals(text, Subject.of(line).text());
    assertEquals(forwarded, Subject.of(line).isForwarded(Set.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FW",
        "Fwd",
        "WG",
        "TR",
        "RV",
        "ENC",
        "Doorst",
        "VB",
        "Videresendt",
        "VL",
        "PD",
        "Přeposláno",
        "Preposlané",
        "TOVÁBB",
        "Továbbítás",
        "İLT",
        "ILT",
        "ПЕРЕСЛ",
        "Пер",
        "ΠΡΘ",
        "הועבר",
        "إعادة توجيه",
        "転送",
        "转发",
        "轉寄",
        "전달",
        "Chuyển tiếp",
        "ส่งต่อ",
        "PĀRS",
        "Prosl"
      })
  void knowsForwardPrefixesOfManyLanguages(String prefix) {
    Subject subject = Subject.of(prefix + ": 2021");
    assertEquals("2021", subject.text());
    assertEquals(true, subject.isForwarded(Set.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "VS: tag, tag, '', false",
    "VS: tag, tag, fra sendt til, true",
    "VS: tag, tag, from sent, true",
    "VS: tag, tag, lähettäjä lähetetty, false",
    "VS: tag, tag, saatja saadetud, false",
    "I: tetto, I: tetto, da inviato, true",
    "I: tetto, I: tetto, from sent, false",
    "I: tetto, I: tetto, '', false",
    "ED: tag, ED: tag, saatja saadetud, true",
    "ED: tag, ED: tag, fra sendt, false",
    "FS: bicycle, FS: bicycle, '', false",
    "FS: tag, FS: tag, frá sent, true",
  })
  void judgesPrefixesByLanguageOfQuotedHeader(
      String line, String text, String labels, boolean forwarded) {
    Subject subject = Subject.of(line);
    assertEquals(text, subject.text());
    assertEquals(
        forwarded,
        subject.isForwarded(labels.isEmpty() ? Set.of() : Set.of(labels.split(" ", -1))));
  }
}
