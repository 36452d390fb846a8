package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.Participant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MailParserTest {
  @Test
  void readsTheHeader() {
    Mail mail =
        whole(
            """
            From: "Bell, Ana" <Ana@Example.org>
            To: b@example.org, =?utf-8?q?J=C3=B6rg?= <j@example.org>,
             Group: g@example.org, h@example.org;
            Cc: c@example.org
            Bcc: d@example.org
            Subject: =?utf-8?q?The_boil?=
             =?utf-8?q?er_quote?=
            Date: Tue, 06 Apr 1993 12:00:00 PDT
            Message-ID: <one@example.org>
            X-Gmail-Labels: Inbox,"Bills, paid"
            Keywords: heating
            X-Label: keep

            Hello
            """);
    assertEquals(Optional.of(new Participant("Ana@Example.org", "Bell, Ana")), mail.sender());
    assertEquals(
        List.of(
            new Participant("b@example.org", ""),
            new Participant("j@example.org", "Jörg"),
            new Participant("g@example.org", ""),
            new Participant("h@example.org", "")),
        mail.to());
    assertEquals(List.of(new Participant("c@example.org", "")), mail.cc());
    assertEquals(List.of(new Participant("d@example.org", "")), mail.bcc());
    assertEquals("The boiler quote", mail.subject());
    assertEquals(Optional.of(Instant.parse("1993-04-06T19:00:00Z")), mail.sentAt());
    assertEquals(Optional.of("one@example.org"), mail.messageId());
    assertEquals(Set.of("Inbox", "Bills, paid", "heating", "keep"), mail.labels());
    assertEquals("Hello", mail.text());
    assertEquals("", mail.html());
  }

  @Test
  void keepsBothAlternatives() {
    Mail mail =
        whole(
            """
            Subject: s
            Content-Type: multipart/alternative; boundary=b

            --b
            Content-Type: text/plain

            plain
            --b
            Content-Type: multipart/related; boundary=c

            --c
            Content-Type: text/html

            <p>rich</p>
            --c
            Content-Type: image/png; name=logo.png

            --c--
            --b--
            """);
    assertEquals("plain", mail.text());
    assertEquals("<p>rich</p>", mail.html());
    assertEquals(List.of("logo.png"), mail.attachments());
  }

  @Test
  void keepsHtmlFollowedByPlainFooter() {
    Mail mail =
        whole(
            """
            Subject: s
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html

            <p>The whole story</p>
            --b
            Content-Type: text/plain

            a list <list@example.org>
            --b--
            """);
    assertEquals("", mail.text());
    assertEquals(
        "<p>The whole story</p>\n<hr>\n<pre>a list &lt;list@example.org></pre>", mail.html());
  }

  @Test
  void attachedTextsAreNamedOnly() {
    Mail mail =
        whole(
            """
            Subject: s
            Content-Type: multipart/mixed; boundary=b

            --b

            body
            --b
            Content-Type: text/plain
            Content-Disposition: attachment; filename*=utf-8''%E2%82%AC%20rates.txt

            secret
            --b
            Content-Type: text/plain; name="=?utf-8?q?n=C3=B6tes.txt?="

            secret
            --b
            Content-Type: message/rfc822
            Content-Disposition: attachment

            Subject: inner

            forwarded
            --b--
            """);
    assertEquals("body\n\ninner\n\nforwarded", mail.text());
    assertEquals(List.of("€ rates.txt", "nötes.txt", "message/rfc822"), mail.attachments());
  }

  @Test
  void forwardedMessagesAreRead() {
    Mail mail =
        whole(
            """
            Subject: Fwd: inner
            Content-Type: multipart/mixed; boundary=b

            --b

            See below
            --b
            Content-Type: message/rfc822

            Subject: inner
            Message-ID: <inner@example.org>
            Content-Type: multipart/alternative; boundary=c

            --c

            the inner text
            --c--
            --b--
            """);
    assertEquals("Fwd: inner", mail.subject());
    assertEquals("See below\n\ninner\n\nthe inner text", mail.text());
    assertEquals(Optional.empty(), mail.messageId());
  }

  @Test
  void readsTextWithWrongBoundary() {
    Mail mail =
        whole("Subject: s\nContent-Type: multipart/mixed; boundary=right\n\n--wrong\n\nlost?\n");
    assertEquals("--wrong\n\nlost?", mail.text());
    assertEquals(
        "kept",
        whole(
                """
                Subject: s
                Content-Type: multipart/mixed; boundary=b

                This is MIME
                --b

                kept
                """)
            .text());
  }

  @Test
  void readsTextWithWrongCharset() {
    Charset western = Charset.forName("windows-1252");
    assertEquals("Zürich – 5 €", body("us-ascii", "Zürich – 5 €", UTF_8));
    assertEquals("Zürich – 5 €", body("us-ascii", "Zürich – 5 €", western));
    assertEquals("Zürich – 5 €", body("iso-8859-1", "Zürich – 5 €", western));
    assertEquals("Zürich – 5 €", body("utf-8", "Zürich – 5 €", western));
    assertEquals("Zürich – 5 €", body("x-unknown", "Zürich – 5 €", UTF_8));
    assertEquals("Zürich – 5 €", body("no such name!", "Zürich – 5 €", western));
    assertEquals("你好，世界", body("gb2312", "你好，世界", Charset.forName("GBK")));
    assertEquals("привет", body("koi8-r", "привет", Charset.forName("KOI8-R")));
    assertEquals("こんにちは", body("iso-2022-jp", "こんにちは", Charset.forName("ISO-2022-JP")));
    assertEquals("mostly fine, für \ufffd", body("utf-8", "mostly fine, für \u0000", UTF_8, 0xff));
  }

  @Test
  void readsUnencodedHeaderBytes() {
    byte[] bytes = "Subject: Zürich\nFrom: Jörg <j@example.org>\n\nx".getBytes(ISO_8859_1);
    Mail mail = MailParser.parse(new ByteArrayInputStream(bytes)).mail().orElseThrow();
    assertEquals("Zürich", mail.subject());
    assertEquals("Jörg", mail.sender().orElseThrow().name());
  }

  @Test
  void readsBrokenTransferEncodings() {
    assertEquals(
        "Hello, world",
        whole("Subject: s\nContent-Transfer-Encoding: base64\n\nSGVsbG8s*IHdvc\nmxk=====\n")
            .text());
    assertTrue(
        whole("Subject: s\nContent-Transfer-Encoding: quoted-printable\n\na =ZZ b=\n=E2=82=AC")
            .text()
            .contains("b€"));
  }

  @Test
  void mailWithoutTextIsEmpty() {
    Mail mail = whole("Subject:\nFrom: a@example.org\n\n");
    assertEquals("", mail.subject());
    assertEquals("", mail.text());
    assertEquals("", mail.html());
  }

  @Test
  void bodyWithoutEmptyLineEndsHeader() {
    Mail mail = whole("Subject: s\nThis is no field\nand neither is this\n");
    assertEquals("s", mail.subject());
    assertEquals("This is no field\nand neither is this", mail.text());
  }

  @Test
  void inputWithoutHeaderIsNotMail() {
    assertInstanceOf(ParsedMail.NotMail.class, parse(""));
    assertInstanceOf(ParsedMail.NotMail.class, parse("\n\njust a text\n"));
    assertInstanceOf(ParsedMail.NotMail.class, parse("\n\n"));
    assertInstanceOf(ParsedMail.NotMail.class, parse("\u0000\u0001\u0002".repeat(5000)));
  }

  @Test
  void implausibleDatesAreIgnored() {
    for (String date : List.of("soon", "Thu, 32 Foo 2020", "1 Jan 2999 00:00:00 +0000", "")) {
      assertEquals(Optional.empty(), whole("Date: " + date + "\n\nx").sentAt(), date);
    }
  }

  @Test
  void readsDatesOfManyPrograms() {
    Instant noon = Instant.parse("2021-01-01T12:00:00Z");
    for (String date :
        List.of(
            "Fri, 1 Jan 2021 12:00:00 +0000 (UTC)",
            "1 Jan 21 07:00 EST",
            "Fri Jan  1 12:00:00 2021",
            "2021-01-01T13:00:00+01:00")) {
      assertEquals(Optional.of(noon), whole("Date: " + date + "\n\nx").sentAt(), date);
    }
  }

  @Test
  void ignoresFieldsBeyondLimit() {
    ParsedMail parsed = parse("Subject: s\n" + "X: x\n".repeat(1_000_000) + "\nbody\n");
    Mail mail = assertInstanceOf(ParsedMail.Partial.class, parsed).content();
    assertEquals("s", mail.subject());
    assertEquals("body", mail.text());
  }

  @Test
  void ignoresHeaderBeyondLimit() {
    ParsedMail parsed =
        parse("Subject: s\n" + ("X-Flood: " + "x".repeat(900) + "\n").repeat(9000) + "\nbody\n");
    Mail mail = assertInstanceOf(ParsedMail.Partial.class, parsed).content();
    assertEquals("s", mail.subject());
    assertEquals("body", mail.text());
  }

  @Test
  void truncatesLongField() {
    ParsedMail parsed =
        parse("Subject: s\nX-Long: " + "x".repeat(8 << 20) + "\nTo: b@example.org\n\nbody\n");
    Mail mail = assertInstanceOf(ParsedMail.Partial.class, parsed).content();
    assertEquals("s", mail.subject());
    assertEquals("b@example.org", mail.to().get(0).address());
    assertEquals("body", mail.text());
  }

  @Test
  void namesLimitsOfRecipientsAndAttachments() {
    ParsedMail recipients = parse("To: " + "a@example.org,".repeat(6000) + "\n\nx");
    assertEquals(
        5000, assertInstanceOf(ParsedMail.Partial.class, recipients).content().to().size());
    ParsedMail attachments =
        parse(
            "Content-Type: multipart/mixed; boundary=b\n\n"
                + "--b\nContent-Type: image/png; name=a.png\n\n".repeat(1500));
    assertEquals(
        1000,
        assertInstanceOf(ParsedMail.Partial.class, attachments).content().attachments().size());
  }

  @Test
  void partFieldWithManyLinesStopsReading() {
    ParsedMail parsed =
        parse(
            "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n--b\nX-Long: "
                + "x".repeat(8 << 20)
                + "\n\nsecond\n");
    assertEquals("first", assertInstanceOf(ParsedMail.Partial.class, parsed).content().text());
  }

  @Test
  void skipsEmptyLinesBeforeHeader() {
    assertEquals("s", whole("\n\r\nSubject: s\n\nx").subject());
  }

  @Test
  void limitsNestingOfParts() {
    StringBuilder mail = new StringBuilder("Subject: s\n");
    for (int i = 0; i < 5000; i++) {
      mail.append("Content-Type: multipart/mixed; boundary=b").append(i).append("\n\n");
      mail.append("--b").append(i).append('\n');
    }
    ParsedMail.Partial parsed = assertInstanceOf(ParsedMail.Partial.class, parse(mail.toString()));
    assertEquals("s", parsed.content().subject());
    ParsedMail messages =
        parse("Subject: s\n" + "Content-Type: message/rfc822\n\n".repeat(5000) + "\nx\n");
    assertEquals("s", messages.mail().orElseThrow().subject());
  }

  @Test
  void truncatesLongText() {
    String line = "0123456789 abcdefghijklmnopqrstuvwxyz\n";
    ParsedMail.Partial parsed =
        assertInstanceOf(
            ParsedMail.Partial.class,
            parse("Subject: s\n\n" + line.repeat(2 * Mail.MAX_TEXT / line.length())));
    assertEquals(Mail.MAX_TEXT, parsed.content().text().length(), line.length());
  }

  @Test
  void textPartsShareOneLimit() {
    String part = "--b\n\n" + "x".repeat(1 << 20) + "\n";
    Mail mail =
        parse("Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n" + part.repeat(9))
            .mail()
            .orElseThrow();
    assertEquals(Mail.MAX_TEXT, mail.text().length(), 100);
  }

  @Test
  void readsLongMailUpToLimit() {
    long[] bytesRead = {0};
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            bytesRead[0]++;
            return 'x';
          }

          @Override
          public int read(byte[] target, int from, int length) {
            bytesRead[0] += length;
            Arrays.fill(target, from, from + length, (byte) 'x');
            return length;
          }
        };
    InputStream mail =
        new SequenceInputStream(
            new ByteArrayInputStream(
                "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: image/png\n\n"
                    .getBytes(UTF_8)),
            endless);
    ParsedMail.Partial parsed = assertInstanceOf(ParsedMail.Partial.class, MailParser.parse(mail));
    assertEquals("x", parsed.content().text());
    assertTrue(bytesRead[0] <= MailParser.MAX_BYTES + (1 << 20));
  }

  @Test
  void dropsNul() {
    assertEquals("ab", whole("Subject: a\u0000b\n\na\u0000b").text());
    assertEquals("ab", whole("Subject: a\u0000b\n\na\u0000b").subject());
  }

  @Test
  void ioErrorIsNotBrokenMail() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is gone");
          }

          @Override
          public int read(byte[] target, int from, int length) throws IOException {
            throw new IOException("the disk is gone");
          }
        };
    assertThrows(UncheckedIOException.class, () -> MailParser.parse(broken));
  }

  private static String body(String charset, String text, Charset actual, int... more) {
    byte[] encoded = text.replace("\u0000", "").getBytes(actual);
    byte[] bytes = new byte[encoded.length + more.length];
    System.arraycopy(encoded, 0, bytes, 0, encoded.length);
    for (int i = 0; i < more.length; i++) {
      bytes[encoded.length + i] = (byte) more[i];
    }
    return whole(
            "Subject: s\nContent-Type: text/plain; charset=\""
                + charset
                + "\"\nContent-Transfer-Encoding: base64\n\n"
                + Base64.getMimeEncoder().encodeToString(bytes))
        .text();
  }

  private static ParsedMail parse(String mail) {
    return MailParser.parse(new ByteArrayInputStream(mail.getBytes(UTF_8)));
  }

  private static Mail whole(String mail) {
    return assertInstanceOf(ParsedMail.Complete.class, parse(mail)).content();
  }
}
