package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.archive.Participant;
import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailHeaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          =?iso-8859-1?Q?It=92s_=934=80=94?=                 | It’s “4€”
          =?windows-1251*ru?Q?=CB=B8=E4?=                    | Лёд
          =?iso-8859-8-i?B?+ezi?=                            | שלג
          =?gb2312?B?hrQ=?=                                  | 喆
          =?utf-7?Q?K+AOQ-se?=                               | Käse
          =?hz-gb-2312?Q?=7E{6=2CQ=29=7E}?=                   | 冬雪
          =?utf-8?Q?K=C3?= =?UTF-8?Q?=A4se?=                 | Käse
          =?utf-8?B?S8M=?= =?utf-8?B?pHNl?=                  | Käse
          =?utf-8?Q?new snow =C3=A9?=                        | new snow é
          =?utf-8?B?S8O kc2U?=                               | Käse
          =?utf-8?Q?a?==?utf-8?Q?b?=                         | ab
          =?utf-8 ? Q?K=C3=A4se?=                            | Käse
          x=?utf-8?Q?=C3=A4?=y                               | xäy
          =?utf-8?Q?ready??= =?utf-8?Q?_now?=                | ready? now
          =?utf-8?Q?ready?=C3=A9?=                           | ready?é
          =?x-unknown?Q?K=C3=A4se?=                          | Käse
          =??Q?K=E4se?=                                      | Käse
          =?utf-8?Q?cut                                      | =?utf-8?Q?cut
          1 =? 2 ?= 3                                        | 1 =? 2 ?= 3
          """)
  void decodesWords(String raw, String subject) {
    assertEquals(subject, parse("Subject: " + raw + "\n\nx", UTF_8).subject());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UTF-8        | text/plain                        | Зоя Лёд
          UTF-8        | text/plain; charset=koi8-r        | Зоя Лёд
          KOI8-R       | text/plain; charset=koi8-r        | Зоя Лёд
          windows-1251 | text/html; charset=x-cp1251       | Зоя Лёд
          GBK          | text/plain; charset=gb2312        | 佐雪
          Shift_JIS    | text/plain; charset=shift_jis     | 表 雪
          ISO-2022-JP  | text/plain                        | 初雪
          windows-1252 | text/plain                        | Jörg “J”
          """)
  void decodesBytesByTheBody(String charset, String type, String text) {
    Mail mail =
        parse(
            "From: %1$s <Z@example.org>\nSubject: %1$s\nContent-Type: %2$s\n\n%1$s"
                .formatted(text, type),
            Charset.forName(charset));
    assertEquals(text, mail.subject());
    assertEquals(
        Optional.of(new Participant("z@example.org", text.replace("\"", ""))), mail.sender());
    assertEquals(text, mail.text() + mail.html());
  }

  @Test
  void wordsTellTheCharsetOfOtherText() {
    Charset koi8 = Charset.forName("KOI8-R");
    assertEquals("лёд", parse("Subject: =?koi8-r?Q?=CC=A3=C4?=\n\nлёд", koi8).text());
  }

  @Test
  void timeIsTheLastReceivedWhereDateIsUnreadable() {
    String received =
        """
        Received: from b by c; Thu, 8 May 2003 14:05:09 +0200 (from a; by b)
        Received: from a by b; Wed, 7 May 2003 14:05:09 +0200
        """;
    assertEquals(
        Optional.of(Instant.parse("2003-05-08T12:05:09Z")),
        parse(received + "Date: soon\n\nx", UTF_8).sentAt());
    assertEquals(
        Optional.of(Instant.parse("2003-05-06T12:05:09Z")),
        parse(received + "Date: Tue, 6 May 2003 12:05:09 GMT\n\nx", UTF_8).sentAt());
  }

  /** The parameters of a type and a disposition, and the name of the attachment. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ; name="plan.pdf"                             | plan.pdf
          ; name=the plan (2).pdf                       | the plan (2).pdf
          ; name="C:\\in\\plan.pdf"                     | C:\\in\\plan.pdf
          ; name="pl\\"an.pdf"                          | pl"an.pdf
          ; name="plan.pdf                              | plan.pdf
          ; name="=?utf-8?q?pl=C3=A4n.pdf?="            | plän.pdf
          ; name==?iso-8859-2?q?=BFaba.pdf?=            | żaba.pdf
          ; name*=utf-8'de'pl%C3%A4n.pdf                | plän.pdf
          ; name*=koi8-r''%CC%A3%C4.pdf                 | лёд.pdf
          ; name*0*=utf-8''pl%C3; name*1*=%A4n; name*2=".pdf" | plän.pdf
          ; name*0="long "; name*1="plan.pdf"           | long plan.pdf
          ; name=other; name*=utf-8''pl%C3%A4n.pdf      | plän.pdf
          ; name="plän.pdf"                             | plän.pdf
          """)
  void readsNamesOfAttachments(String parameters, String name) {
    String mail =
        """
        Content-Type: multipart/mixed; boundary=b

        --b

        x
        --b
        Content-Type: application/pdf%s

        --b
        Content-Type: application/pdf
        Content-Disposition: attachment%s

        --b--
        """;
    assertEquals(
        List.of(name, name),
        parse(mail.formatted(parameters, parameters.replace("name", "filename")), UTF_8)
            .attachments());
  }

  private static Mail parse(String mail, Charset charset) {
    return MailParser.parse(new ByteArrayInputStream(mail.getBytes(charset))).mail().orElseThrow();
  }
}
