package io.msgvault.embed.cli;

import io.msgvault.embed.Message;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.archive.Stored;
import io.msgvault.embed.cli.mail.Mail;
import io.msgvault.embed.cli.mail.Mail.Address;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An archive in an SQLite file, with its vectors in a file beside it. */
final class SqliteBackend implements Backend {
  /** More than any body that is imported: no text is ever compared in part. */
  private static final int WHOLE = 8 * Mail.MAX_TEXT;

  private final SqliteArchive archive;
  private final SqliteMessageStore messages;
  private final SqliteVectorStore vectors;

  private SqliteBackend(
      SqliteArchive archive, SqliteMessageStore messages, SqliteVectorStore vectors) {
    this.archive = archive;
    this.messages = messages;
    this.vectors = vectors;
  }

  static Backend create(Path db) {
    Path folder = db.toAbsolutePath().getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "can't make the folder " + folder + ": choose another place with --db");
    }
    return writable(db);
  }

  static Backend open(Path db) {
    requireThere(db);
    return writable(db);
  }

  static Backend openReadOnly(Path db) {
    requireThere(db);
    Path beside = vectors(db);
    return new SqliteBackend(
        SqliteArchive.openReadOnly(db),
        SqliteMessageStore.openReadOnly(db),
        // Vectors may be deleted at any time; an empty store in their place says what is missing.
        Files.exists(beside)
            ? SqliteVectorStore.openReadOnly(beside)
            : SqliteVectorStore.open(beside));
  }

  private static Backend writable(Path db) {
    return new SqliteBackend(
        SqliteArchive.open(db), SqliteMessageStore.open(db), SqliteVectorStore.open(vectors(db)));
  }

  private static void requireThere(Path db) {
    if (!Files.exists(db)) {
      throw new CommandFailure(
          ExitCode.NOT_READY,
          "there is no archive at " + db + ": make one with 'msgvault-embed import PATH'");
    }
  }

  private static Path vectors(Path db) {
    String name = String.valueOf(db.getFileName());
    int dot = name.lastIndexOf('.');
    return db.resolveSibling(
        dot < 1 ? name + "-vectors" : name.substring(0, dot) + "-vectors" + name.substring(dot));
  }

  @Override
  public MessageStore messages() {
    return messages;
  }

  @Override
  public VectorStore vectors() {
    return vectors;
  }

  @Override
  public List<Put> store(List<IncomingMail> mails) {
    List<NewMessage> incoming = mails.stream().map(SqliteBackend::newMessage).toList();
    List<Stored> stored = archive.storeAll(incoming);
    List<Long> known = stored.stream().filter(each -> !each.added()).map(Stored::id).toList();
    Map<Long, Message> contents = byId(messages.find(known, WHOLE), Message::id);
    Map<Long, MessageHeader> headers = byId(archive.headers(known), MessageHeader::id);
    List<Put> puts = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      long id = stored.get(i).id();
      Message content = contents.get(id);
      MessageHeader header = headers.get(id);
      puts.add(
          stored.get(i).added()
              ? Put.ADDED
              : content != null && header != null && update(content, header, incoming.get(i))
                  ? Put.CHANGED
                  : Put.UNCHANGED);
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

  @Override
  public List<Envelope> envelopes(Collection<Long> ids) {
    return archive.headers(ids).stream()
        .filter(MessageHeader::live)
        .map(SqliteBackend::envelope)
        .toList();
  }

  private static Envelope envelope(MessageHeader header) {
    return new Envelope(
        header.id(),
        header.source(),
        header.externalId(),
        header.subject(),
        header.sender().map(SqliteBackend::address),
        header.to().stream().map(SqliteBackend::address).toList(),
        header.cc().stream().map(SqliteBackend::address).toList(),
        header.sentAt(),
        header.sizeBytes(),
        header.labels(),
        header.attachments());
  }

  private static NewMessage newMessage(IncomingMail incoming) {
    Mail mail = incoming.mail();
    NewMessage.Builder message =
        NewMessage.builder(incoming.source(), incoming.key())
            .subject(mail.subject())
            .text(mail.text())
            .html(mail.html())
            .to(participants(mail.to()))
            .cc(participants(mail.cc()))
            .bcc(participants(mail.bcc()))
            .sizeBytes(incoming.bytes())
            .labels(mail.labels())
            .attachments(mail.attachments());
    mail.sender().map(SqliteBackend::participant).ifPresent(message::sender);
    mail.sent().ifPresent(message::sentAt);
    return message.build();
  }

  private static List<Participant> participants(List<Address> addresses) {
    return addresses.stream().map(SqliteBackend::participant).toList();
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
  }
}
