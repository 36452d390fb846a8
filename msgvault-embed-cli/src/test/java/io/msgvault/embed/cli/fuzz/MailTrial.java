package io.msgvault.embed.cli.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.cli.mail.Mail;
import io.msgvault.embed.cli.mail.MailParser;
import io.msgvault.embed.cli.mail.ParsedMail;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Reads mails. */
final class MailTrial {
  /** Characters that a mail may have for each of its bytes, names of parts included. */
  private static final int GROWTH = 8;

  private static final Instant FIRST = Instant.parse("-0001-12-30T00:00:00Z");
  private static final Instant LAST = Instant.parse("+10000-01-02T00:00:00Z");

  /**
   * What a parser throws that is wrong about its own state. The library that splits mails into
   * parts throws IllegalStateException itself, where a part within two others has a broken header.
   */
  private static final List<String> DEFECTS =
      List.of("RuntimeException", "IndexOutOfBounds", "IllegalArgument", "NullPointer");

  private MailTrial() {}

  static void mail(byte[] input) {
    check(MailParser.parse(new ByteArrayInputStream(input)), input.length);
  }

  /** Reads the header of a mail whose body is known. */
  static void header(byte[] input) {
    byte[] body = "\n\nthe body".getBytes(ISO_8859_1);
    byte[] whole = new byte[input.length + body.length];
    System.arraycopy(input, 0, whole, 0, input.length);
    System.arraycopy(body, 0, whole, input.length, body.length);
    mail(whole);
  }

  static void check(ParsedMail parsed, long bytes) {
    if (parsed instanceof ParsedMail.Partial partial) {
      Oracle.require(DEFECTS.stream().noneMatch(partial.problem()::contains), partial.problem());
    }
    parsed.mail().ifPresent(mail -> check(mail, bytes));
  }

  private static void check(Mail mail, long bytes) {
    Oracle.oneLine("the subject", mail.subject());
    mail.messageId().ifPresent(id -> Oracle.oneLine("the message id", id));
    mail.references().forEach(id -> Oracle.oneLine("a reference", id));
    Stream.of(mail.sender().stream(), mail.to().stream(), mail.cc().stream(), mail.bcc().stream())
        .flatMap(people -> people)
        .forEach(MailTrial::check);
    mail.labels().forEach(label -> Oracle.oneLine("a label", label));
    mail.attachments().forEach(name -> Oracle.oneLine("the name of an attachment", name));
    Oracle.wellFormed("the text", mail.text());
    Oracle.wellFormed("the HTML", mail.html());
    mail.sentAt()
        .ifPresent(
            time ->
                Oracle.require(
                    time.isAfter(FIRST) && time.isBefore(LAST), "no database holds " + time));
    Oracle.require(mail.text().length() <= Mail.MAX_TEXT, "the text is beyond the limit");
    Oracle.require(mail.html().length() <= Mail.MAX_TEXT, "the HTML is beyond the limit");
    Oracle.require(
        characters(mail) <= GROWTH * bytes + 1000, "a small mail has become a large one");
  }

  private static void check(Participant person) {
    Oracle.oneLine("an address", person.address());
    Oracle.oneLine("a name", person.name());
  }

  private static long characters(Mail mail) {
    return Stream.of(
            Stream.of(mail.subject(), mail.text(), mail.html()),
            mail.references().stream(),
            mail.labels().stream(),
            mail.attachments().stream(),
            mail.to().stream().map(person -> person.address() + person.name()))
        .flatMap(texts -> texts)
        .mapToLong(String::length)
        .sum();
  }
}
