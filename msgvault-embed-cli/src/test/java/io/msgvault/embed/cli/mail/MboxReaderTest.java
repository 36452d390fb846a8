package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MboxReaderTest {
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
  private static final String POSTMARK = "From a@example.org Thu Apr  1 00:00:00 1993\n";

  @Test
  void unquotesFromLinesInBody() throws IOException {
    assertEquals(
        List.of("Subject: s\n\nFrom here\n>From there\n> From quoted\n>From\n"),
        read(POSTMARK + "Subject: s\n\n>From here\n>>From there\n> From quoted\n>From\n"));
  }

  @Test
  void keepsUnquotedLinesInBody() throws IOException {
    assertEquals(
        List.of("Subject: s\n\n\nFrom what I heard, on Monday in May\nit rained.\n"),
        read(POSTMARK + "Subject: s\n\n\nFrom what I heard, on Monday in May\nit rained.\n"));
  }

  @Test
  void datedPostmarkNeedsNoEmptyLine() throws IOException {
    assertEquals(
        List.of("Subject: one\n\nfirst\n", "Subject: two\n\nsecond\n"),
        read(POSTMARK + "Subject: one\n\nfirst\n" + POSTMARK + "Subject: two\n\nsecond\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          From MAILER-DAEMON Fri Jul  8 12:08:34 2011                 | 2011-07-08T12:08:34Z
          From - Mon Jan 01 12:00:00 2018                             | 2018-01-01T12:00:00Z
          From 157123456@xxx Mon Jan 01 12:00:00 +0100 2018           | 2018-01-01T11:00:00Z
          From ???@??? Mon Jan 01 12:00:00 2018                       | 2018-01-01T12:00:00Z
          From a@example.org Fri, 8 Jul 2011 12:08:34 +0200           | 2011-07-08T10:08:34Z
          From a@example.org Thu Apr  1 00:00 MET DST 1993            | 1993-03-31T23:00:00Z
          From a@example.org Thu Apr  1 00:00:00 EST 1993             | 1993-04-01T05:00:00Z
          From a@example.org Thu Apr  1 00:00:00 IST 1993             | 1993-03-31T18:30:00Z
          From a@example.org Thu Apr 1 07:30:00 1993 -0230            | 1993-04-01T10:00:00Z
          From a@example.org Sat Jan  3 01:05:34 1996 remote from hub | 1996-01-03T01:05:34Z
          From a@example.org 2025-02-03T10:00:00+01:00                | 2025-02-03T09:00:00Z
          From a@example.org 2025-02-03 10:00                         | 2025-02-03T10:00:00Z
          From "a b"@example.org Sun Jun 30 23:59:60 2012             | 2012-06-30T23:59:59Z
          """)
  void readsDatesOfPostmarks(String postmark, Instant date) {
    assertEquals(Optional.of(date), new Postmark(postmark).date());
    assertTrue(MboxReader.startsMailbox(postmark.getBytes(ISO_8859_1)));
  }

  @Test
  void textThatBeginsWithFromIsNoMailbox() {
    for (String text :
        List.of(
            "From now on, all is well\nI think",
            "From now on, all is well\nNote: this",
            "From: a@example.org\n",
            "From a Thu Apr 31 00:00:00 1993\nDear all",
            "Fromage\nSubject: s\n")) {
      assertFalse(MboxReader.startsMailbox(text.getBytes(ISO_8859_1)), text);
    }
  }

  /** A kind of mailbox: its name, its content, and what its messages are. */
  private record Kind(String name, String mailbox, List<String> messages) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Kind kind(String name, String mailbox, String... messages) {
    return new Kind(name, mailbox, List.of(messages));
  }

  private static String stated(String separator, String body) {
    return "Content-Length: " + body.length() + separator + body;
  }

  static Stream<Kind> kinds() {
    String one = "Subject: one\n\nfirst\n\n";
    String two = "Subject: two\n\nsecond\n";
    String boundary = "Content-Type: multipart/mixed;\n boundary=\"xx-yy\"\n\n--xx-yy\n\n";
    String unquoted = stated("\n\n", "\n" + POSTMARK + "Subject: no\n\n>From x\n");
    String unquotedCrLf = stated("\r\n\r\n", "\r\nFrom \r\nSubject: no\r\n\r\n>From x\r\n");
    return Stream.of(
        kind("bare after dated", POSTMARK + one + "From \n" + two, one, two),
        kind("address after dated", POSTMARK + one + "From b@example.org\n" + two, one, two),
        kind("dated after bare", "From \n" + one + POSTMARK + two, one, two),
        kind("dash", "From -\n" + one + "From - \n" + two, one, two),
        kind(
            "unreadable date",
            "From b\n" + one + "From b Do 1 Apr 00:00:00 1993\n" + two,
            one,
            two),
        kind(
            "field of a program",
            "From \nX-Mozilla-Keys: \n" + one + "From \n" + two,
            "X-Mozilla-Keys: \n" + one,
            two),
        kind(
            "text after an empty line",
            POSTMARK + one + "From memory, it was blue.\n\n" + POSTMARK + two,
            one + "From memory, it was blue.\n\n",
            two),
        kind(
            "text before a line with a colon",
            POSTMARK + one + "From the attic\nNote: mind the step\n\n" + POSTMARK + two,
            one + "From the attic\nNote: mind the step\n\n",
            two),
        kind(
            "text before a quoted header",
            POSTMARK + one + "From what you forwarded:\nSubject: old\n\n" + POSTMARK + two,
            one + "From what you forwarded:\nSubject: old\n\n",
            two),
        kind(
            "dated line without a header",
            POSTMARK + one + POSTMARK + "is what the log says.\n\n" + POSTMARK + two,
            one + POSTMARK + "is what the log says.\n\n",
            two),
        kind(
            "bare without an empty line",
            POSTMARK + "Subject: one\n\nfirst\nFrom \nSubject: no\n",
            "Subject: one\n\nfirst\nFrom \nSubject: no\n"),
        kind(
            "CRLF",
            ("From \n" + one + "From \n" + two).replace("\n", "\r\n"),
            one.replace("\n", "\r\n"),
            two.replace("\n", "\r\n")),
        kind(
            "no line end at the end",
            "From \n" + one + "From \nSubject: two\n\nsecond",
            one,
            "Subject: two\n\nsecond"),
        kind("byte order mark", BYTE_ORDER_MARK + POSTMARK + one + "From \n" + two, one, two),
        kind(
            "byte order mark within, from another file",
            POSTMARK + one + BYTE_ORDER_MARK + POSTMARK + two,
            one,
            two),
        kind("empty lines before", "\n\r\n" + POSTMARK + one + "From \n" + two, one, two),
        kind(
            "quoted postmark before the header",
            POSTMARK + ">From c\n" + one + "From \n" + two,
            one,
            two),
        kind("two postmarks in a row", POSTMARK + POSTMARK + one + "From \n" + two, one, two),
        kind(
            "banner before the header",
            POSTMARK + one + POSTMARK + "Microsoft Mail Internet Headers Version 2.0\n" + two,
            one,
            "Microsoft Mail Internet Headers Version 2.0\n" + two),
        kind(
            "empty line before the header",
            POSTMARK + one + POSTMARK + "\n" + two + "\n" + POSTMARK + one,
            one,
            "\n" + two + "\n",
            one),
        kind(
            "header without a body",
            POSTMARK + "Subject: one\n" + POSTMARK + two,
            "Subject: one\n",
            two),
        kind("mboxrd", POSTMARK + "A: b\n\n>From x\n>>From y\n", "A: b\n\nFrom x\n>From y\n"),
        kind("mboxcl2", POSTMARK + unquoted + "\n" + POSTMARK + two, unquoted, two),
        kind("mboxcl2 to the end", POSTMARK + unquoted, unquoted),
        kind(
            "mboxcl2 with CRLF",
            POSTMARK + unquotedCrLf + "\r\n" + POSTMARK + two,
            unquotedCrLf,
            two),
        kind(
            "mboxcl2 without a line end",
            POSTMARK + stated("\n\n", "text") + "\n" + POSTMARK + two,
            stated("\n\n", "text"),
            two),
        kind(
            "date and label in a body",
            POSTMARK + one + "\nFrom Ulm, 12 Mar 2019 10:30\nWeather: sunny\n\n" + POSTMARK + two,
            one + "\nFrom Ulm, 12 Mar 2019 10:30\nWeather: sunny\n\n",
            two),
        kind(
            "wrong length",
            POSTMARK + "Content-Length: 3\n\ntext\n>From x\n" + POSTMARK + two,
            "Content-Length: 3\n\ntext\nFrom x\n",
            two),
        kind(
            "length beyond the end",
            POSTMARK + "Content-Length: 999\n" + one + POSTMARK + two,
            "Content-Length: 999\n" + one,
            two),
        kind(
            "mailbox within a part",
            POSTMARK + boundary + "\n" + POSTMARK + one + "--xx-yy--\n\n" + POSTMARK + two,
            boundary + "\n" + POSTMARK + one + "--xx-yy--\n\n",
            two),
        kind(
            "parts cut off",
            POSTMARK + boundary + "half\n\n" + POSTMARK + two,
            boundary + "half\n\n",
            two),
        kind(
            "parts cut off, before others with that boundary",
            POSTMARK + boundary + "half\n\n" + POSTMARK + boundary + "whole\n--xx-yy--\n",
            boundary + "half\n\n",
            boundary + "whole\n--xx-yy--\n"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void splitsMailbox(Kind kind) throws IOException {
    assertEquals(kind.messages(), read(kind.mailbox()));
  }

  @ParameterizedTest
  @CsvSource({
    "X-Mozilla-Status: 0001, false",
    "X-Mozilla-Status: 0009, true",
    "X-Mozilla-Status: 9fff, true",
    "X-Mozilla-Status2: 0008, false",
    "X-Status: AD, true",
    "X-Status: A, false",
    "Status: RO, false"
  })
  void knowsDeletedMessages(String field, boolean deleted) throws IOException {
    MboxReader reader =
        reader("From \nSubject: s\n" + field + "\n\n\n" + POSTMARK + "Subject: b\n");
    assertEquals(deleted, reader.nextMessage().orElseThrow().isDeleted());
    assertFalse(reader.nextMessage().orElseThrow().isDeleted());
  }

  @Test
  void skipsPostmarkInHeader() throws IOException {
    assertEquals(
        List.of("Subject: s\nTo: b\n\nFrom x\n"),
        read(POSTMARK + "Subject: s\n>From c Fri Jul  8 12:08:34 2011\nTo: b\n\n>From x\n"));
  }

  @Test
  void readsCarriageReturns() throws IOException {
    String postmark = POSTMARK.replace("\n", "\r\n");
    assertEquals(
        List.of("Subject: one\r\n\r\nFrom x\r\n", "Subject: two\r\n\r\n"),
        read(postmark + "Subject: one\r\n\r\n>From x\r\n" + postmark + "Subject: two\r\n\r\n"));
  }

  @Test
  void reportsMessageOffset() throws IOException {
    String first = POSTMARK + "Subject: one\n\nfirst\n";
    MboxReader reader = reader(first + POSTMARK + "Subject: two\n\nsecond\n");
    assertEquals(POSTMARK.length(), reader.nextMessage().orElseThrow().start());
    assertEquals(first.length() + POSTMARK.length(), reader.nextMessage().orElseThrow().start());
    assertTrue(reader.nextMessage().isEmpty());
    assertTrue(reader.nextMessage().isEmpty());
  }

  @Test
  void readsPostmarksAcrossBufferEnds() throws IOException {
    for (int size = 65_400; size < 65_700; size += 7) {
      String body = "x".repeat(size) + "\n>From y\n";
      assertEquals(
          List.of("\n" + body.replace(">", ""), "To: b\n\nend\n"),
          read(POSTMARK + "\n" + body + POSTMARK + "To: b\n\nend\n"),
          () -> "of " + body.length());
    }
  }

  @Test
  void longLineNeedsNoMemory() throws IOException {
    long length = 1L << 30;
    MboxReader reader =
        new MboxReader(
            new SequenceInputStream(
                new ByteArrayInputStream((POSTMARK + "\n").getBytes(ISO_8859_1)),
                new EndlessStream(length)));
    MboxReader.Body body = reader.nextMessage().orElseThrow();
    body.transferTo(OutputStream.nullOutputStream());
    assertEquals(length + 1, body.size());
  }

  @Test
  void emptyFileHasNoMessage() throws IOException {
    assertEquals(List.of(), read(""));
    assertEquals(List.of(""), read(POSTMARK));
  }

  private static MboxReader reader(String content) {
    return new MboxReader(new ByteArrayInputStream(content.getBytes(ISO_8859_1)));
  }

  private static List<String> read(String content) throws IOException {
    MboxReader reader = reader(content);
    List<String> messages = new ArrayList<>();
    for (Optional<MboxReader.Body> next = reader.nextMessage();
        next.isPresent();
        next = reader.nextMessage()) {
      messages.add(new String(next.get().readAllBytes(), ISO_8859_1));
    }
    return messages;
  }

  /** A number of times the same letter, and no line break. */
  private static final class EndlessStream extends InputStream {
    private long left;

    EndlessStream(long length) {
      this.left = length;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) {
      if (left == 0) {
        return -1;
      }
      int count = (int) Math.min(length, left);
      Arrays.fill(target, from, from + count, (byte) 'x');
      left -= count;
      return count;
    }
  }
}
