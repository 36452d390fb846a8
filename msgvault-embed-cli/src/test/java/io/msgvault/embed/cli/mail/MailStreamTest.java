package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MailStreamTest {
  private static final String MAIL = "From: a@example.org\nSubject: hay\n\nThe hay is in.\n\nA.\n";

  /** A kind of defect: its name, a mail with it, and the mail that the parser shall see. */
  private record Kind(String name, String mail, String repaired) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    String crLf = MAIL.replace("\n", "\r\n");
    String textWithColon = "\nDear Tom,\nNote: the hay\nis in.\n";
    return Stream.of(
        new Kind("none", MAIL, MAIL),
        new Kind("none, CRLF", crLf, crLf),
        new Kind("CR alone", MAIL.replace("\n", "\r"), MAIL),
        new Kind(
            "CR alone, with LF in the body",
            MAIL.replace("\n", "\r") + "x\ny\r\nz",
            MAIL + "x\ny\nz"),
        new Kind("CR CR LF", MAIL.replace("\n", "\r\r\n"), crLf),
        new Kind("CR CR CR LF", MAIL.replace("\n", "\r\r\r\n"), crLf),
        new Kind("CR within a line", MAIL + "\rx\r\r\n", MAIL + "\rx\r\r\n"),
        new Kind("byte order mark", "\u00ef\u00bb\u00bf" + MAIL, MAIL),
        new Kind("empty lines before", "\n\r\n" + MAIL, MAIL),
        new Kind("banner before", "Microsoft Mail Internet Headers Version 2.0\n" + MAIL, MAIL),
        new Kind("banner and empty line before", "Kept by the archive\n\n" + MAIL, MAIL),
        new Kind("quoted postmark before", ">From - Sat Apr 12 15:59:28 2025\n" + MAIL, MAIL),
        new Kind("quoted postmark within", MAIL.replace("Subject", ">From x\nSubject"), MAIL),
        new Kind("dot within", MAIL.replace("Subject", ".\nSubject"), MAIL),
        new Kind("two junk lines within", MAIL.replace("Subject", "~~~\n<<>>\nSubject"), MAIL),
        new Kind("junk within, CRLF", crLf.replace("Subject", ".\r\nSubject"), crLf),
        new Kind(
            "no empty line before the body",
            "To: b\nThe hay\nis in.\n",
            "To: b\n\nThe hay\nis in.\n"),
        new Kind(
            "nor before a body with a colon", "To: b" + textWithColon, "To: b\n" + textWithColon),
        new Kind("header only", "To: b\nSubject: hay", "To: b\nSubject: hay"),
        new Kind(
            "junk at the end of the header", "To: b\n.\n\nThe hay\n", "To: b\n\n.\n\nThe hay\n"),
        new Kind("no header", "The hay\nis in.\n\nTo: b\n", "The hay\nis in.\n\nTo: b\n"),
        new Kind("nothing", "", ""));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void repairsMail(Kind kind) throws IOException {
    assertEquals(kind.repaired(), read(kind.mail(), 1 << 20));
  }

  @Test
  void readsNoMoreThanTheLimit() throws IOException {
    for (int limit = MAIL.indexOf("The"); limit < MAIL.length(); limit++) {
      assertEquals(MAIL.substring(0, limit), read(MAIL, limit));
    }
  }

  private static String read(String mail, long limit) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(mail.getBytes(ISO_8859_1));
    return new String(new MailStream(in, limit).readAllBytes(), ISO_8859_1);
  }
}
