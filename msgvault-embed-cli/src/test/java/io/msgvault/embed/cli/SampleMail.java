package io.msgvault.embed.cli;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Mail for tests. */
final class SampleMail {
  private SampleMail() {}

  static String mail(String id, String subject, String text) {
    return """
        From: Ana Bell <ana@example.org>
        To: b@example.org
        Date: Tue, 06 Apr 1993 12:00:00 +0000
        Message-ID: <%s@example.org>
        Subject: %s

        %s
        """
        .formatted(id, subject, text);
  }

  static String mbox(String... mails) {
    return IntStream.range(0, mails.length)
        .mapToObj(i -> "From a@example.org Thu Apr  1 00:00:00 1993\n" + mails[i] + "\n")
        .collect(Collectors.joining());
  }

  /** Returns a number of mails on no subject. */
  static String mbox(int count) {
    return mbox(
        IntStream.range(0, count)
            .mapToObj(i -> mail("m" + i, "number " + i, "text of word" + i))
            .toArray(String[]::new));
  }
}
