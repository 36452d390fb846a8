package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes the rows that make up a message, in one transaction. */
public final class ArchiveTables {
  private final ArchiveDao dao;
  private final Map<String, Long> sources = new HashMap<>();

  public ArchiveTables(Database.Session session) {
    this.dao = session.dao(ArchiveDao.class);
  }

  /** Stores a message, unless one of the same source and external id is there. */
  public StoreResult store(NewMessage message) {
    long source = sources.computeIfAbsent(message.source(), this::sourceId);
    Optional<Long> added =
        dao.insertMessage(
            source,
            PgValues.requireStorable("the external id", message.externalId()),
            PgValues.requireStorable("the type", message.type()),
            PgValues.requireStorable("the subject", message.subject()),
            message.sentAt().map(PgValues::floor).orElse(null),
            message.sizeBytes().isPresent() ? message.sizeBytes().getAsLong() : null,
            message
                .conversation()
                .map(id -> PgValues.requireStorable("the conversation", id))
                .orElse(null));
    if (added.isEmpty()) {
      return new StoreResult(dao.messageId(source, message.externalId()), false);
    }
    long id = added.get();
    if (!message.text().isEmpty() || !message.html().isEmpty()) {
      writeBody(id, message.text(), message.html());
    }
    addParticipants(id, "from", message.sender().stream().toList());
    addParticipants(id, "to", message.to());
    addParticipants(id, "cc", message.cc());
    addParticipants(id, "bcc", message.bcc());
    dao.insertLabels(id, storable("a label", message.labels()));
    dao.insertAttachments(id, storable("a name", message.attachments()));
    return new StoreResult(id, true);
  }

  /** Replaces a message's texts; returns whether there is such a message. */
  public boolean update(long id, String subject, String text, String html) {
    if (dao.updateSubject(id, PgValues.requireStorable("the subject", subject)) == 0) {
      return false;
    }
    writeBody(id, text, html);
    return true;
  }

  /** Replaces a message's labels; returns whether there is such a message. */
  public boolean setLabels(long id, Set<String> labels) {
    // Locked, so that of two concurrent calls the labels of one remain.
    if (dao.lockMessage(id).isEmpty()) {
      return false;
    }
    dao.deleteLabels(id);
    dao.insertLabels(id, storable("a label", labels));
    return true;
  }

  /** Marks a message as deleted; returns whether it was live. */
  public boolean delete(long id, Instant at) {
    return dao.delete(id, PgValues.floor(at)) > 0;
  }

  /** Makes a message live again; returns whether it was deleted. */
  public boolean restore(long id) {
    return dao.restore(id) > 0;
  }

  /** Returns the id of the message with a source and an external id. */
  public Optional<Long> find(String source, String externalId) {
    return dao.findMessage(
        PgValues.requireStorable("the source", source),
        PgValues.requireStorable("the external id", externalId));
  }

  private long sourceId(String name) {
    dao.insertSource(PgValues.requireStorable("the source", name));
    return dao.sourceId(name);
  }

  private void writeBody(long id, String text, String html) {
    dao.writeBody(
        id, PgValues.requireStorable("the text", text), PgValues.requireStorable("the HTML", html));
  }

  private void addParticipants(long id, String kind, List<Participant> participants) {
    if (participants.isEmpty()) {
      return;
    }
    List<String> addresses =
        storable("an address", participants.stream().map(Participant::address).toList());
    dao.insertParticipants(
        addresses, storable("a name", participants.stream().map(Participant::name).toList()));
    dao.insertMessageParticipants(id, kind, addresses);
  }

  private static List<String> storable(String what, Collection<String> texts) {
    return texts.stream().map(text -> PgValues.requireStorable(what, text)).toList();
  }
}
