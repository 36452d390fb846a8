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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MboxReaderTest {
  private static final String POSTMARK = "From a@example.org Thu Apr  1 00:00:00 1993\n";

  @Test
  void splitsAtPostmarks() throws IOException {
    assertEquals(
        List.of("Subject: one\n\nfirst\n\n", "Subject: two\n\nsecond\n"),
        read(POSTMARK + "Subject: one\n\nfirst\n\n" + POSTMARK + "Subject: two\n\nsecond\n"));
  }

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

  @Test
  void acceptsUndatedPostmarksIfFirstIsUndated() throws IOException {
    assertEquals(
        List.of("Subject: one\n\nfirst\nFrom the middle\n\n", "Subject: two\n\nsecond\n"),
        read("From a\nSubject: one\n\nfirst\nFrom the middle\n\nFrom b\nSubject: two\n\nsecond\n"));
  }

  @Test
  void readsPostmarksOfSeveralPrograms() {
    for (String postmark :
        List.of(
            "From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
            "From - Mon Jan 01 12:00:00 2018",
            "From 1571234567890123456@xxx Mon Jan 01 12:00:00 +0000 2018",
            "From ???@??? Mon Jan 01 12:00:00 2018",
            "From a@example.org Fri, 8 Jul 2011 12:08:34 +0200",
            "From a@example.org Thu Apr  1 00:00 MET DST 1993")) {
      assertTrue(MboxReader.startsDatedMailbox(postmark.getBytes(ISO_8859_1)), postmark);
    }
    assertFalse(MboxReader.startsDatedMailbox("From now on, all is well".getBytes(ISO_8859_1)));
    assertFalse(MboxReader.startsMailbox("From: a@example.org".getBytes(ISO_8859_1)));
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
          List.of("\n" + body.replace(">", ""), "\nend\n"),
          read(POSTMARK + "\n" + body + POSTMARK + "\nend\n"),
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
