package io.msgvault.embed.cli.backend;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.cli.mail.Mail;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Holds an archive with its stores. */
public final class Backend implements AutoCloseable {
  /** Exceeds any body that is imported, so that texts are always compared as a whole. */
  private static final int MAX_BODY_CHARACTERS = 8 * Mail.MAX_TEXT;

  /** The result of storing one mail. */
  public enum ImportResult {
    /** The mail is new. */
    ADDED,
    /** The archive had it with another text or other labels. */
    CHANGED,
    /** The archive had it as it is. */
    UNCHANGED
  }

  private final MessageArchive archive;
  private final MessageStore messages;
  private final VectorStore vectors;
  private final WordsPlace wordsPlace;
  private final Runnable onClose;
  private Optional<OpenedWords> words = Optional.empty();

  /**
   * Creates a backend.
   *
   * @param onClose releases what the three share; called after they are closed
   */
  Backend(
      MessageArchive archive,
      MessageStore messages,
      VectorStore vectors,
      WordsPlace wordsPlace,
      Runnable onClose) {
    this.archive = archive;
    this.messages = messages;
    this.vectors = vectors;
    this.wordsPlace = wordsPlace;
    this.onClose = onClose;
  }

  /** Opens an archive for writing, and creates it if there is none. */
  public static Backend create(ArchiveLocation location) {
    return PgBackend.isUrl(location.db())
        ? PgBackend.create(location)
        : SqliteBackend.create(location);
  }

  /** Opens an existing archive for writing. */
  public static Backend open(ArchiveLocation location) {
    return PgBackend.isUrl(location.db()) ? PgBackend.open(location) : SqliteBackend.open(location);
  }

  /** Opens an existing archive for reading. */
  public static Backend openReadOnly(ArchiveLocation location) {
    return PgBackend.isUrl(location.db())
        ? PgBackend.open(location)
        : SqliteBackend.openReadOnly(location);
  }

  public MessageStore messages() {
    return messages;
  }

  public VectorStore vectors() {
    return vectors;
  }

  /** Opens the words for searching. They are closed with this backend. */
  public OpenedWords readWords() {
    return keep(wordsPlace.read(archive.archiveId()));
  }

  /** Opens the words for a job, and makes them anew if they can't be used. */
  public OpenedWords makeWords() {
    return keep(wordsPlace.make(archive.archiveId(), vectors.generations().isEmpty()));
  }

  private OpenedWords keep(OpenedWords opened) {
    words = Optional.of(opened);
    return opened;
  }

  /**
   * Stores mails, in as few transactions as possible. If the archive has a mail already, its text
   * and its labels are updated. A mail that was deleted stays deleted.
   *
   * @return the result of each, in the same order
   */
  public List<ImportResult> importAll(List<IncomingMail> mails) {
    Conversations.Assigned conversations = Conversations.assign(archive, mails);
    List<NewMessage> incoming = new ArrayList<>();
    for (int i = 0; i < mails.size(); i++) {
      incoming.add(newMessage(mails.get(i), conversations.ofMails().get(i)));
    }
    List<StoreResult> stored = archive.storeAll(incoming);
    archive.renameConversations(conversations.renamed());
    List<Long> known =
        stored.stream().filter(each -> !each.created()).map(StoreResult::id).toList();
    Map<Long, Message> contents = byId(messages.find(known, MAX_BODY_CHARACTERS), Message::id);
    Map<Long, MessageHeader> headers = byId(archive.headers(known), MessageHeader::id);
    List<ImportResult> results = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      long id = stored.get(i).id();
      Message content = contents.get(id);
      MessageHeader header = headers.get(id);
      results.add(
          stored.get(i).created()
              ? ImportResult.ADDED
              : content != null && header != null && update(content, header, incoming.get(i))
                  ? ImportResult.CHANGED
                  : ImportResult.UNCHANGED);
    }
    return results;
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

  /** Returns the headers of those messages that are live, by id ascending. */
  public List<MessageHeader> headers(Collection<Long> ids) {
    return archive.headers(ids).stream().filter(MessageHeader::live).toList();
  }

  private static NewMessage newMessage(IncomingMail incoming, String conversation) {
    Mail mail = incoming.mail();
    NewMessage.Builder message =
        NewMessage.builder(incoming.source(), incoming.externalId())
            .subject(mail.subject())
            .text(mail.text())
            .html(mail.html())
            .to(mail.to())
            .cc(mail.cc())
            .bcc(mail.bcc())
            .sizeBytes(incoming.sizeBytes())
            .conversation(conversation)
            .labels(mail.labels())
            .attachments(mail.attachments());
    mail.sender().ifPresent(message::sender);
    mail.sentAt().ifPresent(message::sentAt);
    return message.build();
  }

  private static <T> Map<Long, T> byId(List<T> all, Function<T, Long> id) {
    return all.stream().collect(Collectors.toMap(id, Function.identity()));
  }

  @Override
  public void close() {
    words.flatMap(OpenedWords::index).ifPresent(WordIndex::close);
    vectors.close();
    messages.close();
    archive.close();
    onClose.run();
  }
}
