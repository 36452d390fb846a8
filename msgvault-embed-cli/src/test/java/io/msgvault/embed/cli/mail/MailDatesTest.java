package io.msgvault.embed.cli.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailDatesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Thu, 8 May 2003 14:05:09 +0200                        | 2003-05-08T12:05:09Z
          Thu, 8 May 2003 14:05:09 +0200 (Europe (summer) time) | 2003-05-08T12:05:09Z
          8 May 2003 14:05 +0200                                | 2003-05-08T12:05:00Z
          Thu,8 May 2003 14:05:09 +02:00                        | 2003-05-08T12:05:09Z
          8 May 03 14:05:09 EDT                                 | 2003-05-08T18:05:09Z
          8 May 103 14:05:09 Z                                  | 2003-05-08T14:05:09Z
          8 May 97 14:05:09 CET                                 | 1997-05-08T13:05:09Z
          Thu, 8 May 2003 14:05:09 GMT+2                        | 2003-05-08T12:05:09Z
          Thu, 8 May 2003 14:05:09 UTC-05:30                    | 2003-05-08T19:35:09Z
          Thu, 8 May 2003 14:05:09 -700                         | 2003-05-08T21:05:09Z
          Thu, 8 May 2003 14:05:09 (CEST)                       | 2003-05-08T12:05:09Z
          Thu, 8 May 2003 14:05:09                              | 2003-05-08T14:05:09Z
          Thu, 8 May 2003 14:05:60 +0000                        | 2003-05-08T14:05:59Z
          Thu, 8 May 2003 14:05:09 +9900                        | 2003-05-08T14:05:09Z
          Thu, 8 May 2003 14:05:09 XYZ                          | 2003-05-08T14:05:09Z
          Thu May  8 14:05:09 2003                              | 2003-05-08T14:05:09Z
          Thu May  8 14:05:09 PDT 2003                          | 2003-05-08T21:05:09Z
          Thu, May 8 2003 14:05:09 -0400                        | 2003-05-08T18:05:09Z
          May 8, 2003 2:05:09 PM EST                            | 2003-05-08T19:05:09Z
          Thursday, May 8, 2003 12:05 AM                        | 2003-05-08T00:05:00Z
          5/8/2003 2:05 PM                                      | 2003-05-08T14:05:00Z
          25/5/2003 14:05                                       | 2003-05-25T14:05:00Z
          08.05.2003 14:05                                      | 2003-05-08T14:05:00Z
          8-May-2003 14:05:09 +0200                             | 2003-05-08T12:05:09Z
          2003-05-08 14:05:09 +0200                             | 2003-05-08T12:05:09Z
          2003-05-08T14:05:09.250Z                              | 2003-05-08T14:05:09Z
          2003/05/08 14:05                                      | 2003-05-08T14:05:00Z
          20030508T140509Z                                      | 2003-05-08T14:05:09Z
          Do, 8 Mai 2003 14:05:09 +0200                         | 2003-05-08T12:05:09Z
          Mi, 3 Mrz 2004 14:05:09 +0100                         | 2004-03-03T13:05:09Z
          mar., 4 févr. 2003 14:05:09 +0100                     | 2003-02-04T13:05:09Z
          jeu, 14 août 2003 14:05:09 +0200                      | 2003-08-14T12:05:09Z
          jueves, 8 de mayo de 2003 14:05:09 +0200              | 2003-05-08T12:05:09Z
          gio, 8 mag 2003 14:05:09 +0200                        | 2003-05-08T12:05:09Z
          tor, 8 maj 2003 14.05.09 +0200                        | 2003-05-08T12:05:09Z
          to, 8 touko 2003 14.05.09 +0300                       | 2003-05-08T11:05:09Z
          czw, 9 paź 2003 14:05:09 +0200                        | 2003-10-09T12:05:09Z
          Чт, 8 мая 2003 14:05:09 +0400                         | 2003-05-08T10:05:09Z
          Per, 8 Ağu 2002 14:05:09 +0300                        | 2002-08-08T11:05:09Z
          周四, 8 5月 2003 14:05:09 +0800                       | 2003-05-08T06:05:09Z
          2003年5月8日 下午2:05:09                              | 2003-05-08T14:05:09Z
          2003년 5월 8일 오후 2:05                              | 2003-05-08T14:05:00Z
          """)
  void readsDatesOfManyPrograms(String date, Instant time) {
    assertEquals(Optional.of(time), MailDates.parse(date));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "at 14:05",
        "32 May 2003 14:05:09 +0000",
        "8 Foo 2003 14:05:09 +0000",
        "8 May 14:05:09 +0000",
        "8 May 2003 25:05:09 +0000",
        "8 May 0001 14:05:09 +0000",
        "8 May 1904 14:05:09 +0000",
        "8 May 2999 14:05:09 +0000",
        "99999999999 May 2003"
      })
  void unreadableAndImplausibleDatesAreNone(String date) {
    assertEquals(Optional.empty(), MailDates.parse(date));
  }
}
