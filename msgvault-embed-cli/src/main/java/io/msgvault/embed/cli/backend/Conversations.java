package io.msgvault.embed.cli.backend;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.cli.mail.Mail;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the conversation of each mail of a batch.
 *
 * <p>A mail belongs to the conversation of the messages that it refers to, as long as it has their
 * subject; with another subject it begins a conversation of its own. The name of a conversation is
 * a hash of the first id that is known of it and of its subject. So mails that refer to a message
 * which is missing meet all the same. If a later mail shows that two conversations are one, they
 * are joined.
 *
 * <p>An answer that refers to no known message joins one with its subject, if that one is of the
 * same source and was sent within {@link #WINDOW}. A subject of one word joins nothing.
 */
final class Conversations {
  /** How far apart messages may be sent that only their subject joins. */
  static final Duration WINDOW = Duration.ofDays(28);

  private final MessageArchive archive;
  private final Map<String, List<Known>> byExternalId = new HashMap<>();
  private final Map<String, List<Known>> bySubject = new HashMap<>();
  private final Map<String, String> joined = new LinkedHashMap<>();

  /**
   * A message of the archive or of the batch.
   *
   * @param conversation the name under which it was found; {@link #current} has the present one
   */
  private record Known(
      String source, ThreadSubject subject, Optional<Instant> sentAt, String conversation) {}

  private Conversations(MessageArchive archive) {
    this.archive = archive;
  }

  /**
   * Holds the conversations of a batch.
   *
   * @param ofMails the conversation of each mail, in order
   * @param renamed the new name of each conversation that has joined another, by its former name
   */
  record Assigned(List<String> ofMails, Map<String, String> renamed) {}

  /** Finds the conversations of a batch. Writes nothing. */
  static Assigned assign(MessageArchive archive, List<IncomingMail> batch) {
    return new Conversations(archive).assign(batch);
  }

  private Assigned assign(List<IncomingMail> batch) {
    Set<String> ids = new HashSet<>();
    batch.forEach(mail -> related(mail).forEach(ids::add));
    for (MessageHeader header : archive.headers(archive.findAll(ids))) {
      known(header).ifPresent(known -> add(byExternalId, header.externalId(), known));
    }
    List<String> found = batch.stream().map(this::assign).toList();
    Map<String, String> renamed = new HashMap<>();
    joined.keySet().forEach(former -> renamed.put(former, current(former)));
    return new Assigned(found.stream().map(this::current).toList(), renamed);
  }

  private String assign(IncomingMail incoming) {
    Mail mail = incoming.mail();
    ThreadSubject subject = ThreadSubject.of(mail.subject());
    List<String> related = related(incoming);
    List<String> names = related.stream().map(id -> name(id, subject)).toList();
    List<String> conversations =
        related.stream()
            .flatMap(id -> byExternalId.getOrDefault(id, List.of()).stream())
            .filter(known -> known.subject().topic().equals(subject.topic()))
            .map(known -> current(known.conversation()))
            .toList();
    String conversation =
        conversations.stream()
            .findFirst()
            .or(() -> bySubject(incoming, subject))
            .orElseGet(() -> current(names.get(0)));
    Stream.concat(names.stream(), conversations.stream()).forEach(each -> join(each, conversation));
    Known known = new Known(incoming.source(), subject, mail.sentAt(), conversation);
    add(byExternalId, incoming.externalId(), known);
    add(bySubject, subject.text(), known);
    return conversation;
  }

  /** Returns the ids of the messages that a mail refers to, the oldest first, and its own last. */
  private static List<String> related(IncomingMail incoming) {
    List<String> ids = new ArrayList<>(incoming.mail().references());
    ids.remove(incoming.externalId());
    ids.add(incoming.externalId());
    return ids;
  }

  /** Returns the name of a conversation of which a message is the first that is known. */
  private static String name(String externalId, ThreadSubject subject) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((externalId + "\n" + subject.topic()).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private String current(String name) {
    String current = name;
    for (String next = name; next != null; next = joined.get(next)) {
      current = next;
    }
    return current;
  }

  /** Joins a conversation to another, whose name is current. */
  private void join(String name, String conversation) {
    String former = current(name);
    if (!former.equals(conversation)) {
      joined.put(former, conversation);
    }
  }

  /**
   * Returns the conversation that the subject alone tells. Answers are sought in the archive; a
   * mail that begins a conversation joins only answers of its batch, since an archive has many
   * mails that begin one.
   */
  private Optional<String> bySubject(IncomingMail incoming, ThreadSubject subject) {
    Optional<Instant> sentAt = incoming.mail().sentAt();
    if (!subject.isTelling() || sentAt.isEmpty()) {
      return Optional.empty();
    }
    Instant time = sentAt.get();
    Instant from = time.minus(WINDOW);
    Instant until = time.plus(WINDOW);
    Stream<Known> stored =
        subject.isReply()
            ? archive
                .headers(archive.findBySubject(incoming.source(), subject.text(), from, until))
                .stream()
                .flatMap(header -> known(header).stream())
            : Stream.empty();
    List<Known> candidates =
        Stream.concat(stored, bySubject.getOrDefault(subject.text(), List.of()).stream())
            .filter(known -> known.source().equals(incoming.source()))
            .filter(known -> known.subject().text().equals(subject.text()))
            .filter(known -> known.sentAt().filter(at -> !at.isBefore(from)).isPresent())
            .filter(known -> known.sentAt().filter(at -> !at.isAfter(until)).isPresent())
            .sorted(Comparator.comparing(known -> known.sentAt().orElseThrow()))
            .toList();
    return nearest(candidates, subject.isReply(), time).map(known -> current(known.conversation()));
  }

  /** Returns the last message before an answer, or else the first answer after a message. */
  private static Optional<Known> nearest(List<Known> byTime, boolean isReply, Instant time) {
    List<Known> before =
        byTime.stream().filter(known -> !known.sentAt().orElseThrow().isAfter(time)).toList();
    if (isReply && !before.isEmpty()) {
      return Optional.of(before.get(before.size() - 1));
    }
    boolean isAlone = isReply || byTime.stream().allMatch(known -> known.subject().isReply());
    return byTime.stream()
        .filter(known -> known.sentAt().orElseThrow().isAfter(time))
        .filter(known -> isAlone && known.subject().isReply())
        .findFirst();
  }

  private static Optional<Known> known(MessageHeader header) {
    return header
        .conversation()
        .map(
            conversation ->
                new Known(
                    header.source(),
                    ThreadSubject.of(header.subject()),
                    header.sentAt(),
                    conversation));
  }

  private static void add(Map<String, List<Known>> map, String key, Known known) {
    map.computeIfAbsent(key, unused -> new ArrayList<>()).add(known);
  }
}
