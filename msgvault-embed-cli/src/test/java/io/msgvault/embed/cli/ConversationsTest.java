package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.sqlite.SqliteArchive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks which mails of an import are one conversation. */
class ConversationsTest {
  @TempDir Path folder;

  private Cli cli() {
    return new Cli(folder);
  }

  /** A mail of the January of 2025; references are separated by spaces. */
  private static String mail(int day, String id, String references, String subject) {
    StringBuilder mail = new StringBuilder("From MAILER-DAEMON Thu Jan  2 10:00:00 2025\n");
    mail.append("From: ann@example.org\n");
    mail.append("Date: ").append(day).append(" Jan 2025 10:00:00 +0000\n");
    if (!id.isEmpty()) {
      mail.append("Message-ID: <").append(id).append(">\n");
    }
    if (!references.isEmpty()) {
      mail.append("References: <").append(references.replace(" ", ">\n <")).append(">\n");
    }
    mail.append("Subject: ").append(subject).append("\n\nText of ").append(id).append(day);
    return mail.append(".\n\n").toString();
  }

  private void importMails(String source, List<String> mails) {
    try {
      Path mailbox = folder.resolve(source);
      Files.write(mailbox, String.join("", mails).getBytes(StandardCharsets.UTF_8));
      assertEquals(0, cli().run("import", mailbox.toString()).exitCode());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void importMails(String... mails) {
    importMails("inbox", List.of(mails));
  }

  private List<MessageHeader> headers() {
    try (SqliteArchive archive = SqliteArchive.openReadOnly(folder.resolve("archive.db"))) {
      return archive.headers(LongStream.range(1, 1000).boxed().toList());
    }
  }

  private String conversation(String externalId) {
    return headers().stream()
        .filter(header -> header.externalId().equals(externalId))
        .findFirst()
        .flatMap(MessageHeader::conversation)
        .orElseThrow();
  }

  private long count() {
    return headers().stream().map(MessageHeader::conversation).distinct().count();
  }

  /** A thread of which each mail names those before it, or only one of them. */
  private static List<String> thread() {
    return List.of(
        mail(1, "a@x", "", "The new roof"),
        mail(2, "b@x", "a@x", "Re: The new roof"),
        mail(3, "c@x", "a@x b@x", "RE: Re: The new roof"),
        mail(4, "d@x", "c@x", "AW: The new roof"),
        mail(5, "e@x", "a@x b@x c@x d@x", "[club] Re: The new roof"));
  }

  @Test
  void answersJoinTheirThread() {
    importMails("inbox", thread());
    assertEquals(1, count());
    assertEquals(16, conversation("a@x").length());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void orderAndBatchesDoNotMatter(long seed) {
    List<String> mails = new ArrayList<>(thread());
    Collections.shuffle(mails, new java.util.Random(seed));
    for (String mail : mails) {
      importMails(mail); // each is an import of its own
    }
    assertEquals(1, count());
  }

  @Test
  void importAgainChangesNothing() {
    importMails("inbox", thread());
    List<MessageHeader> before = headers();
    importMails("inbox", thread());
    assertEquals(before, headers());
  }

  @Test
  void sourcesShareConversation() {
    importMails("inbox", thread().subList(0, 2));
    importMails("sent", thread().subList(2, 5));
    assertEquals(1, count());
  }

  @Test
  void answersOfMissingMailMeet() {
    importMails(mail(2, "b@x", "a@x", "Re: Roof"), mail(3, "c@x", "a@x", "Re: Roof"));
    assertEquals(1, count());
    importMails(mail(1, "a@x", "", "Roof"));
    assertEquals(1, count());
  }

  @Test
  void laterMailJoinsTwoConversations() {
    importMails(mail(4, "d@x", "c@x", "Re: Roof"), mail(2, "b@x", "a@x", "Re: Roof"));
    assertEquals(2, count());
    importMails(mail(3, "c@x", "a@x b@x", "Re: Roof"));
    assertEquals(1, count());
  }

  @Test
  void newSubjectBeginsConversation() {
    importMails(
        mail(1, "a@x", "", "The new roof"),
        mail(2, "h@x", "a@x", "Christmas party"),
        mail(3, "i@x", "a@x h@x", "Re: Christmas party"),
        mail(4, "b@x", "a@x", "Re: The new roof"));
    assertEquals(conversation("a@x"), conversation("b@x"));
    assertEquals(conversation("h@x"), conversation("i@x"));
    assertNotEquals(conversation("a@x"), conversation("h@x"));
  }

  @Test
  void newSubjectBeginsConversationBeforeItsThreadArrives() {
    importMails(mail(3, "i@x", "a@x h@x", "Re: Christmas party"));
    importMails(mail(2, "h@x", "a@x", "Christmas party"));
    importMails(mail(1, "a@x", "", "The new roof"));
    assertEquals(conversation("h@x"), conversation("i@x"));
    assertNotEquals(conversation("a@x"), conversation("h@x"));
  }

  @Test
  void cyclesAndOwnIdDoNoHarm() {
    importMails(
        mail(1, "a@x", "b@x a@x", "Roof"),
        mail(2, "b@x", "c@x", "Re: Roof"),
        mail(3, "c@x", "a@x", "Re: Roof"));
    assertEquals(1, count());
  }

  @Test
  void brokenReferencesAreReadAsFarAsTheyGo() {
    importMails(
        mail(1, "a@x", "", "Roof"),
        mail(2, "b@x", "a@x> junk <> \"Ann\" <", "Re: Roof"),
        mail(3, "c@x", "", "Re: Roof")
            .replace("Subject:", "In-Reply-To: Your message of Tue, 1 Jan <a@x>\nSubject:"),
        mail(4, "d@x", "", "Re: Roof")
            .replace("Subject:", "In-Reply-To: Your message of Tue, 1 Jan\nSubject:"));
    assertEquals(conversation("a@x"), conversation("b@x"));
    assertEquals(conversation("a@x"), conversation("c@x"));
    assertNotEquals(conversation("a@x"), conversation("d@x"));
  }

  @Test
  void longReferencesKeepTheFirstAndTheLast() {
    List<String> middle = LongStream.range(0, 60).mapToObj(i -> "m" + i + "@x").toList();
    importMails(
        mail(1, "a@x", "", "Roof"),
        mail(2, "z@x", "a@x " + String.join(" ", middle), "Re: Roof"),
        mail(3, "y@x", "m59@x", "Re: Roof"));
    assertEquals(conversation("a@x"), conversation("z@x"));
  }

  @ParameterizedTest
  @CsvSource({
    "Re: The new roof, 20, true",
    "AW: [club] The new roof, 20, false",
    "SV: The new roof, 20, true",
    "The new roof, 20, false",
    "Re: The new roof, 31, false",
    "Re: The old roof, 20, false",
  })
  void subjectJoinsAnswersOfTheNextWeeks(String subject, int day, boolean joins) {
    importMails(mail(1, "a@x", "", "The new roof"));
    importMails(mail(day, "b@x", "", subject));
    assertEquals(joins, conversation("a@x").equals(conversation("b@x")));
  }

  @Test
  void subjectJoinsWithinItsSourceOnly() {
    importMails("inbox", List.of(mail(1, "a@x", "", "The new roof")));
    importMails("other", List.of(mail(2, "b@x", "", "Re: The new roof")));
    assertEquals(2, count());
  }

  @Test
  void subjectOfOneWordJoinsNothing() {
    importMails(mail(1, "a@x", "", "Roof"), mail(2, "b@x", "", "Re: Roof"));
    assertEquals(2, count());
  }

  @Test
  void subjectJoinsLatestMailBefore() {
    importMails(
        mail(1, "a@x", "", "Weekly report"),
        mail(8, "b@x", "", "Weekly report"),
        mail(9, "c@x", "", "Re: Weekly report"),
        mail(2, "d@x", "", "Re: Weekly report"));
    assertEquals(2, count());
    assertEquals(conversation("b@x"), conversation("c@x"));
    assertEquals(conversation("a@x"), conversation("d@x"));
  }

  @Test
  void answerWithLostParentJoinsBySubject() {
    importMails(mail(1, "a@x", "", "The new roof"), mail(3, "c@x", "lost@x", "Re: The new roof"));
    assertEquals(1, count());
    assertTrue(conversation("a@x").matches("[0-9a-f]{16}"));
  }
}
