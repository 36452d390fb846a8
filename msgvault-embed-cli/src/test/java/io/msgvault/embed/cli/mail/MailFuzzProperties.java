package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever is done to a mail, reading it ends, throws nothing, and gives the same each time. */
class MailFuzzProperties {
  private static final String POSTMARK = "From a@example.org Thu Apr  1 00:00:00 1993\n";

  private static final String MAIL =
      """
      From: =?utf-8?q?J=C3=B6rg?= <j@example.org>
      To: "a, b" <b@example.org>, group: c@example.org;
      Subject: =?iso-8859-1?B?WvxyaWNo?= and more
      Date: Tue, 06 Apr 1993 12:00:00 PDT
      Message-ID: <one@example.org>
      X-Gmail-Labels: Inbox,"Bills, paid"
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary="outer"

      preamble
      --outer
      Content-Type: multipart/alternative; boundary=inner

      --inner
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: quoted-printable

      Z=C3=BCrich =E2=82=AC 5=
       more
      --inner
      Content-Type: text/html; charset="windows-1252"

      <p>Z&uuml;rich</p>
      --inner--
      --outer
      Content-Type: message/rfc822

      Subject: within
      Content-Type: text/plain
      Content-Transfer-Encoding: base64

      SGVsbG8sIHdvcmxk
      --outer
      Content-Type: application/pdf; name*0*=utf-8''%E2%82; name*1*=%AC.pdf
      Content-Disposition: attachment; filename="=?utf-8?q?=E2=82=AC.pdf?="

      x
      --outer--
      epilogue
      """;

  private static final List<String> SNIPPETS =
      List.of(
          "\n",
          "\r\n",
          "\r",
          "\n\n",
          "--outer\n",
          "--inner--\n",
          "=",
          "=?utf-8?b?",
          "?=",
          "\"",
          ";",
          ":",
          "<",
          ">",
          "(",
          ")",
          "\\",
          "\u0000",
          "\u00ff\u00fe",
          "From ",
          ">From ",
          POSTMARK,
          "Content-Type: multipart/mixed; boundary=outer\n\n",
          "Content-Type: message/rfc822\n\n",
          "Content-Type: text/plain; charset=\n",
          "Content-Transfer-Encoding: base64\n",
          "Content-Transfer-Encoding: x-uuencode\n",
          "charset=utf-16",
          "charset=utf-7; format=flowed; delsp=yes",
          "charset=hz-gb-2312",
          "Content-Type: application/pkcs7-mime\n",
          "Content-Type: text/calendar\n",
          "Content-Type: text/enriched\n",
          "Content-Type: message/delivery-status\n",
          "<meta charset=koi8-r>",
          "boundary=\"\"",
          "%",
          "*0*=");

  @Property(tries = 1000)
  void mutatedMailIsRead(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int mutations) {
    byte[] mail = mutate(MAIL, new Random(seed), mutations).getBytes(ISO_8859_1);
    assertEquals(
        MailParser.parse(new ByteArrayInputStream(mail)),
        MailParser.parse(new ByteArrayInputStream(mail)));
  }

  @Property(tries = 200)
  void mailboxBytesArePreserved(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int mutations) throws IOException {
    String content =
        POSTMARK + mutate((MAIL + "\n" + POSTMARK).repeat(3), new Random(seed), mutations);
    MboxReader reader = new MboxReader(new ByteArrayInputStream(content.getBytes(ISO_8859_1)));
    List<Long> starts = new ArrayList<>();
    for (Optional<MboxReader.Body> next = reader.nextMessage();
        next.isPresent();
        next = reader.nextMessage()) {
      MailParser.parse(next.get());
      starts.add(next.get().start());
    }
    assertEquals(content.length(), reader.offset());
    assertEquals(starts.stream().sorted().distinct().toList(), starts);
  }

  /** Lines of bodies that a reader of mailboxes could take for something else. */
  private static final List<String> BODY_LINES =
      List.of(
          "",
          "text",
          "From ",
          "From -",
          "From a@example.org",
          POSTMARK.strip(),
          ">From b",
          ">>From c Thu Apr  1 00:00:00 1993",
          "> From d",
          "Subject: quoted",
          "Content-Length: 3",
          "X-Mozilla-Status: 0008",
          ".",
          "--outer",
          "--outer--");

  @Property(tries = 500)
  void mailboxesOfAllWritersGiveBackTheirMessages(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    boolean quoting = random.nextBoolean();
    String lineEnd = random.nextBoolean() ? "\n" : "\r\n";
    StringBuilder mailbox = new StringBuilder();
    List<String> mails = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(5); i++) {
      StringBuilder body = new StringBuilder();
      for (int line = 0; line < random.nextInt(12); line++) {
        body.append(BODY_LINES.get(random.nextInt(BODY_LINES.size()))).append(lineEnd);
      }
      String length = quoting ? "" : "Content-Length: " + body.length() + lineEnd;
      String header = "Subject: " + i + lineEnd + length + lineEnd;
      mailbox.append(random.nextBoolean() ? POSTMARK.strip() : "From ").append(lineEnd);
      mailbox.append(header);
      mailbox.append(quoting ? body.toString().replaceAll("(?m)^(>*From )", ">$1") : body);
      mailbox.append(lineEnd);
      mails.add(header + body + (quoting ? lineEnd : ""));
    }
    assertEquals(mails, messages(mailbox.toString()));
  }

  private static List<String> messages(String mailbox) throws IOException {
    MboxReader reader = new MboxReader(new ByteArrayInputStream(mailbox.getBytes(ISO_8859_1)));
    List<String> messages = new ArrayList<>();
    for (Optional<MboxReader.Body> next = reader.nextMessage();
        next.isPresent();
        next = reader.nextMessage()) {
      messages.add(new String(next.get().readAllBytes(), ISO_8859_1));
    }
    return messages;
  }

  private static String mutate(String mail, Random random, int mutations) {
    StringBuilder mutated = new StringBuilder(mail);
    for (int i = 0; i < mutations; i++) {
      int at = random.nextInt(mutated.length() + 1);
      int to = Math.min(mutated.length(), at + random.nextInt(40));
      switch (random.nextInt(5)) {
        case 0 -> mutated.delete(at, to);
        case 1 -> mutated.insert(at, SNIPPETS.get(random.nextInt(SNIPPETS.size())));
        case 2 -> mutated.insert(at, mutated.substring(at, to));
        case 3 -> mutated.insert(at, (char) random.nextInt(256));
        default -> mutated.setLength(Math.max(1, at));
      }
    }
    return mutated.toString();
  }
}
