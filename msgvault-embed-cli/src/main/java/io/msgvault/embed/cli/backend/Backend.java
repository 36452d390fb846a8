package io.msgvault.embed.cli.backend;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.cli.mail.Mail;
import io.msgvault.embed.cli.mail.Mail.Address;
import io.msgvault.embed.cli.output.Envelope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An archive with its two stores, and what the commands do with it. */
public final class Backend implements AutoCloseable {
  /** More than any body that is imported: no text is ever compared in part. */
  private static final int MAX_BODY_CHARACTERS = 8 * Mail.MAX_TEXT;

  /** What became of a mail that was to be stored. */
  public enum ImportResult {
    /** It is new. */
    ADDED,
    /** It was there with another text or other labels. */
    CHANGED,
    /** It was there. */
    UNCHANGED
  }

  private final MessageArchive archive;
  private final MessageStore messages;
  private final VectorStore vectors;
  private final Runnable onClose;

  /**
   * @param onClose lets go of what the three have in common, after they are closed
   */
  Backend(MessageArchive archive, MessageStore messages, VectorStore vectors, Runnable onClose) {
    this.archive = archive;
    this.messages = messages;
    this.vectors = vectors;
    this.onClose = onClose;
  }

  /**
   * Opens an archive for writing, and makes it where there is none.
   *
   * @param db a file, or the URL of a database
   */
  public static Backend create(String db) {
    return PgBackend.isUrl(db) ? PgBackend.create(db) : SqliteBackend.create(Path.of(db));
  }

  /** Opens an archive that is there, for writing. */
  public static Backend open(String db) {
    return PgBackend.isUrl(db) ? PgBackend.open(db) : SqliteBackend.open(Path.of(db));
  }

  /** Opens an archive that is there, for reading. */
  public static Backend openReadOnly(String db) {
    return PgBackend.isUrl(db) ? PgBackend.open(db) : SqliteBackend.openReadOnly(Path.of(db));
  }

  public MessageStore messages() {
    return messages;
  }

  public VectorStore vectors() {
    return vectors;
  }

  /**
   * Stores mails, in as few transactions as may be. One that is there already is made as it comes
   * in now, where its text or its labels differ; one that was deleted stays deleted.
   *
   * @return what became of each, in their order
   */
  public List<ImportResult> importAll(List<IncomingMail> mails) {
    List<NewMessage> incoming = mails.stream().map(Backend::newMessage).toList();
    List<StoreResult> stored = archive.storeAll(incoming);
    List<Long> known =
        stored.stream().filter(each -> !each.created()).map(StoreResult::id).toList();
    Map<Long, Message> contents = byId(messages.find(known, MAX_BODY_CHARACTERS), Message::id);
    Map<Long, MessageHeader> headers = byId(archive.headers(known), MessageHeader::id);
    List<ImportResult> puts = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      long id = stored.get(i).id();
      Message content = contents.get(id);
      MessageHeader header = headers.get(id);
      puts.add(
          stored.get(i).created()
              ? ImportResult.ADDED
              : content != null && header != null && update(content, header, incoming.get(i))
                  ? ImportResult.CHANGED
                  : ImportResult.UNCHANGED);
    }
    return puts;
  }

  private boolean update(Message old, MessageHeader header, NewMessage incoming) {
    boolean otherText =
        !old.subject().equals(incoming.subject())
            || !old.text().equals(incoming.text())
            || !old.html().equals(incoming.html());
    if (otherText) {
      archive.update(old.id(), incoming.subject(), incoming.text(), incoming.html());
    }
    boolean otherLabels = !header.labels().equals(incoming.labels());
    if (otherLabels) {
      archive.setLabels(old.id(), incoming.labels());
    }
    return otherText || otherLabels;
  }

  /** What is known of live messages, by id ascending. */
  public List<Envelope> envelopes(Collection<Long> ids) {
    return archive.headers(ids).stream()
        .filter(MessageHeader::live)
        .map(Backend::envelope)
        .toList();
  }

  private static Envelope envelope(MessageHeader header) {
    return new Envelope(
        header.id(),
        header.source(),
        header.externalId(),
        header.subject(),
        header.sender().map(Backend::address),
        header.to().stream().map(Backend::address).toList(),
        header.cc().stream().map(Backend::address).toList(),
        header.sentAt(),
        header.sizeBytes(),
        header.labels(),
        header.attachments());
  }

  private static NewMessage newMessage(IncomingMail incoming) {
    Mail mail = incoming.mail();
    NewMessage.Builder message =
        NewMessage.builder(incoming.source(), incoming.externalId())
            .subject(mail.subject())
            .text(mail.text())
            .html(mail.html())
            .to(participants(mail.to()))
            .cc(participants(mail.cc()))
            .bcc(participants(mail.bcc()))
            .sizeBytes(incoming.sizeBytes())
            .labels(mail.labels())
            .attachments(mail.attachments());
    mail.sender().map(Backend::participant).ifPresent(message::sender);
    mail.sentAt().ifPresent(message::sentAt);
    return message.build();
  }

  private static List<Participant> participants(List<Address> addresses) {
    return addresses.stream().map(Backend::participant).toList();
  }

  private static Participant participant(Address address) {
    return new Participant(address.address(), address.name());
  }

  private static Address address(Participant participant) {
    return new Address(participant.address(), participant.name());
  }

  private static <T> Map<Long, T> byId(List<T> all, Function<T, Long> id) {
    return all.stream().collect(Collectors.toMap(id, Function.identity()));
  }

  @Override
  public void close() {
    vectors.close();
    messages.close();
    archive.close();
    onClose.run();
  }
}
