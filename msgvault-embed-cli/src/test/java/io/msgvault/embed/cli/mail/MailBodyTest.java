package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the text of a mail is, one row for each kind of body. */
class MailBodyTest {
  /** The header and body of a mail, and its text. Where it has no text, it is the HTML. */
  static Stream<Arguments> bodies() {
    return Stream.of(
        arguments(
            "encoding with a comment", encoded("quoted-printable (really)", "t=C3=B6lt"), "tölt"),
        arguments("encoding with a semicolon", encoded("Quoted-Printable;", "t=C3=B6lt"), "tölt"),
        arguments("encoding in quotes", encoded("\"base64\"", base64("tölt")), "tölt"),
        arguments("encoding without a hyphen", encoded("base-64", base64("tölt")), "tölt"),
        arguments(
            "runs of base64",
            encoded("base64", base64("two ") + "\n" + base64("runs")),
            "two runs"),
        arguments(
            "runs of base64 in a line",
            encoded("base64", base64("two ") + base64("runs")),
            "two runs"),
        arguments(
            "base64 without padding",
            encoded("base64", base64("one run").replace("=", "")),
            "one run"),
        arguments(
            "base64 above a footer",
            encoded(
                "base64",
                String.join("\n", base64("The ice is thin!"), "____", "The list", "of skaters")),
            "The ice is thin!"),
        arguments(
            "base64 below a warning",
            encoded("base64", "Mail from outside!\n\n" + base64("The ice is thin!")),
            "The ice is thin!"),
        arguments(
            "text that is said to be base64", encoded("base64", "Ice,\nit is."), "Ice,\nit is."),
        arguments("uuencoded text", encoded("x-uuencode", "begin 644 a\n#:6-E\n`\nend"), "ice"),
        arguments(
            "parts in base64",
            "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n"
                + base64("--b\nContent-Type: text/plain\n\nThe ice is thin.\n--b--\n"),
            "The ice is thin."),
        arguments(
            "parts in quoted-printable",
            parts(
                "mixed; boundary=b\nContent-Transfer-Encoding: quoted-printable",
                "b",
                "; charset=3Dutf-8",
                "The ice =\nis thin."),
            "The ice is thin."),
        arguments(
            "parts that are said to be encoded",
            parts(
                "mixed; boundary=\"=_b\"\nContent-Transfer-Encoding: base64",
                "=_b",
                "",
                "The ice is thin."),
            "The ice is thin."),
        arguments(
            "boundary without quotes",
            parts("mixed; boundary=--=_b=1", "--=_b=1", "", "ice"),
            "ice"),
        arguments(
            "boundary whose quote is open",
            parts("mixed; boundary=\"=_b", "=_b", "", "ice"),
            "ice"),
        arguments(
            "boundary in pieces",
            parts("mixed; boundary*0=\"=_b\"; boundary*1=c", "=_bc", "", "ice"),
            "ice"),
        arguments(
            "boundary with escapes",
            parts("mixed; boundary*=us-ascii''%3D_b", "=_b", "", "ice"),
            "ice"),
        arguments(
            "boundary with a space at its end",
            parts("mixed; boundary=\"b \"", "b", "", "ice"),
            "ice"),
        arguments(
            "boundary and a comment", parts("mixed; boundary=b (one)", "b", "", "ice"), "ice"),
        arguments(
            "type without a semicolon",
            "Content-Type: text/html charset=utf-8\n\n<i>ice</i>",
            "<i>ice</i>"),
        arguments("type in a word", "Content-Type: text\n\nice", "ice"),
        arguments(
            "only named text", parts("mixed; boundary=b", "b", "; name=text_0.txt", "ice"), "ice"),
        arguments(
            "several named texts",
            parts("mixed; boundary=b", "b", "; name=a.txt", "thin", "; name=b.txt", "ice"),
            "thin\n\nice"),
        arguments(
            "named text below another",
            parts("mixed; boundary=b", "b", "", "ice", "; name=notes.txt", "secret"),
            "ice"),
        arguments(
            "named text above a footer",
            parts("mixed; boundary=b", "b", "; name=body.txt", "ice", "", "the list"),
            "ice\n\nthe list"),
        arguments(
            "named alternatives",
            parts("alternative; boundary=b", "b", "; name=a.txt", "ice", "; name=b.txt", "ice"),
            "ice"),
        arguments(
            "named page with pictures",
            """
            Content-Type: multipart/alternative; boundary=b

            --b

            See the HTML.
            --b
            Content-Type: multipart/related; boundary=c

            --c
            Content-Type: text/html; name=page.html

            <p>The ice on the lake is thin.</p>
            --c
            Content-Type: image/png; name=lake.png

            --c--
            --b--
            """,
            "<p>The ice on the lake is thin.</p>"),
        arguments("unknown subtype", "Content-Type: text/x-notes\n\n# ice", "# ice"),
        arguments(
            "enriched",
            "Content-Type: text/enriched\n\n<color><param>red</param>Thin</color>\n<bold>ice</bold>\n\n\n1 << 2",
            "Thin ice\n\n1 < 2"),
        arguments(
            "richtext",
            "Content-Type: text/richtext\n\n<bold>Thin</bold>\nice<nl>1 <lt> 2<comment>no</comment>",
            "Thin ice\n1 < 2"),
        arguments(
            "flowed",
            "Content-Type: text/plain; format=flowed\n\nThe ice \nis thin.\n> quoted \n> text\n>> deep\n-- \nOda\n From",
            "The ice is thin.\n> quoted text\n>> deep\n-- \nOda\nFrom"),
        arguments(
            "flowed, and spaces deleted",
            "Content-Type: text/plain; format=flowed; delsp=yes\n\nEislauf \nverein am  \nSee",
            "Eislaufverein am See"),
        arguments(
            "calendar",
            """
            Content-Type: text/calendar; charset=utf-8

            BEGIN:VCALENDAR
            BEGIN:VEVENT
            BEGIN:VALARM
            DESCRIPTION:Reminder
            END:VALARM
            SUMMARY;LANGUAGE=en:Skating on
              thin ice
            LOCATION;ALTREP="cid:a:b":The lake\\, south
            DESCRIPTION:Bring\\nskates\\; and tea
            END:VEVENT
            END:VCALENDAR
            """,
            "Skating on thin ice\nThe lake, south\nBring\nskates; and tea"),
        arguments(
            "calendar beside a text",
            """
            Content-Type: multipart/alternative; boundary=b

            --b
            Content-Type: text/calendar

            BEGIN:VEVENT
            SUMMARY:Skating
            END:VEVENT
            --b
            Content-Type: text/plain

            ice
            --b--
            """,
            "ice"),
        arguments(
            "delivery report",
            """
            Content-Type: multipart/report; boundary=b

            --b

            It came back.
            --b
            Content-Type: message/delivery-status; name=details.txt
            Content-Disposition: attachment

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: rfc822; o@example.org
            Diagnostic-Code: smtp; 550 the lake
              is frozen
            --b
            Content-Type: text/rfc822-headers

            Subject: Skating
            --b--
            """,
            "It came back.\n\nFinal-Recipient: rfc822; o@example.org\n"
                + "Diagnostic-Code: smtp; 550 the lake is frozen\n\nSkating"),
        arguments(
            "forwarded mail",
            """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: message/global
            Content-Disposition: attachment; filename=a.eml

            Subject: Müsli
            Content-Type: multipart/mixed; boundary=c

            --c

            outer
            --c
            Content-Type: message/rfc822
            Content-Transfer-Encoding: base64

            %s
            --c--
            --b

            See below.
            --\s
            Oda
            --b--
            """
                .formatted(base64("Subject: deep\n\ninner")),
            "See below.\nOda\n\nMüsli\n\nouter\n\ndeep\n\ninner"),
        arguments(
            "forwarded mail whose type only its name tells",
            """
            Content-Type: multipart/mixed; boundary=b

            --b

            See below.
            --b
            Content-Type: application/octet-stream; name="Thin ice.EML"
            Content-Transfer-Encoding: base64

            %s
            --b--
            """
                .formatted(base64("Subject: deep\n\ninner")),
            "See below.\n\ndeep\n\ninner"),
        arguments(
            "blank text beside HTML",
            parts("alternative; boundary=b", "b", "", "\u00a0", "", "<p>Thin ice.</p>"),
            "<p>Thin ice.</p>"),
        arguments(
            "stub that names HTML",
            parts(
                "alternative; boundary=b",
                "b",
                "",
                "Your program can't show HTML.",
                "",
                "<p>The ice on the lake is thin.</p>"),
            "<p>The ice on the lake is thin.</p>"),
        arguments(
            "stub that is short",
            parts(
                "alternative; boundary=b",
                "b",
                "",
                "Hier ansehen: https://example.org/a",
                "",
                "<p>"
                    + "Das Eis auf dem See ist zu dünn für Schlittschuhe. Bitte nicht betreten!"
                    + "</p>"),
            "<p>Das Eis auf dem See ist zu dünn für Schlittschuhe. Bitte nicht betreten!</p>"),
        arguments(
            "short text that is no stub",
            parts(
                "alternative; boundary=b",
                "b",
                "",
                "The ice is thin.",
                "",
                "<p>The ice is <b>thin</b>.</p>"),
            "The ice is thin."));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void readsBody(String kind, String mail, String text) {
    assertEquals(text, shown(mail.getBytes(UTF_8)));
  }

  @Test
  void charsetOfHtmlIsTheOneOfItsMeta() {
    for (String meta :
        List.of(
            "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>",
            "<META CHARSET=\"koi8-r\">")) {
      byte[] html =
          ("Content-Type: text/html\n\n" + meta + "лёд").getBytes(Charset.forName("KOI8-R"));
      assertEquals(meta + "лёд", shown(html));
    }
  }

  @Test
  void charsetOfMetaIsUsedWhereTheDeclaredOneIsWrong() {
    String html = "Content-Type: text/html; charset=utf-8\n\n<meta charset=koi8-r>снег";
    assertEquals("<meta charset=koi8-r>снег", shown(html.getBytes(Charset.forName("KOI8-R"))));
  }

  @Test
  void charsetOfAnotherPartIsUsed() {
    String mail = parts("mixed; boundary=b", "b", "", "снег", "; charset=koi8-r", "лёд");
    assertEquals("снег\n\nлёд", shown(mail.getBytes(Charset.forName("KOI8-R"))));
  }

  /**
   * Signed content in one piece, and in pieces without lengths, as programs that stream write it.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsSignedContent(boolean pieces) {
    String mail =
        "Content-Type: application/x-pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder().encodeToString(signed(pieces));
    assertEquals("The ice is thin.", shown(mail.getBytes(UTF_8)));
    assertEquals(List.of(), parse(mail.getBytes(UTF_8)).attachments());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsSignedContentThatIsCutShort(boolean pieces) {
    String message = new String(signed(pieces), ISO_8859_1);
    String mail =
        "Content-Type: application/pkcs7-mime\n\n" + message.substring(0, message.indexOf("thin"));
    ParsedMail parsed = MailParser.parse(new ByteArrayInputStream(mail.getBytes(ISO_8859_1)));
    assertEquals("The ice is", assertInstanceOf(ParsedMail.Partial.class, parsed).content().text());
  }

  private static byte[] signed(boolean pieces) {
    String inner = "Content-Type: text/plain; charset=utf-8\r\n\r\nThe ice is thin.\r\n";
    byte[] octets =
        pieces
            ? endless(
                0x24,
                endless(0x24, element(0x04, inner.substring(0, 20))),
                join(false, 0x24, element(0x04, inner.substring(20, 50))),
                element(0x04, inner.substring(50)))
            : element(0x04, inner);
    byte[] content = join(pieces, 0x30, hex("06092a864886f70d010701"), join(pieces, 0xa0, octets));
    byte[] algorithms = join(pieces, 0x31, join(false, 0x30, hex("0609608648016503040201")));
    byte[] signed = join(pieces, 0x30, hex("020101"), algorithms, content, hex("a000"));
    return join(pieces, 0x30, hex("06092a864886f70d010702"), join(pieces, 0xa0, signed));
  }

  @Test
  void encryptedContentIsAnAttachment() {
    byte[] message = join(false, 0x30, hex("06092a864886f70d010703"));
    String mail =
        "Subject: s\nContent-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder().encodeToString(message);
    assertEquals(List.of("smime.p7m"), parse(mail.getBytes(UTF_8)).attachments());
  }

  private static String encoded(String encoding, String body) {
    return "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
        + (encoding + "\n\n" + body);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** Returns a mail with parts, of which the parameters of the type and the text are given. */
  private static String parts(String type, String boundary, String... parts) {
    StringBuilder mail = new StringBuilder("Content-Type: multipart/" + type + "\n\n");
    for (int i = 0; i < parts.length; i += 2) {
      String subtype = parts[i + 1].startsWith("<") ? "html" : "plain";
      mail.append("--").append(boundary).append("\nContent-Type: text/").append(subtype);
      mail.append(parts[i]).append("\n\n").append(parts[i + 1]).append('\n');
    }
    return mail.append("--").append(boundary).append("--\n").toString();
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] element(int tag, String text) {
    return join(false, tag, text.getBytes(ISO_8859_1));
  }

  private static byte[] endless(int tag, byte[]... parts) {
    return join(true, tag, parts);
  }

  /** Returns an element of BER, with its length or without. */
  private static byte[] join(boolean withoutLength, int tag, byte[]... parts) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    Stream.of(parts).forEach(value::writeBytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (withoutLength) {
      out.write(0x80);
    } else {
      out.write(0x82);
      out.write(value.size() >> 8);
      out.write(value.size());
    }
    out.writeBytes(value.toByteArray());
    out.writeBytes(withoutLength ? new byte[2] : new byte[0]);
    return out.toByteArray();
  }

  private static String shown(byte[] mail) {
    Mail read = parse(mail);
    return read.text().isEmpty() ? read.html() : read.text();
  }

  private static Mail parse(byte[] mail) {
    return assertInstanceOf(
            ParsedMail.Complete.class, MailParser.parse(new ByteArrayInputStream(mail)))
        .content();
  }
}
