package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows that make up a message. */
public final class ArchiveTables {
  private final Database.Session session;
  private final Map<String, Long> sources = new HashMap<>();

  public ArchiveTables(Database.Session session) {
    this.session = session;
  }

  public StoreResult store(NewMessage message) {
    long source = sources.computeIfAbsent(message.source(), this::sourceId);
    Optional<Long> added =
        session
            .query(
                """
                INSERT INTO $schema.messages
                       (source_id, external_id, message_type, subject, sent_at, size_bytes)
                VALUES (:source, :externalId, :type, :subject, :sentAt, :bytes)
                ON CONFLICT (source_id, external_id) DO NOTHING
                RETURNING id""")
            .bind("source", source)
            .bind("externalId", PgValues.requireStorable("the external id", message.externalId()))
            .bind("type", PgValues.requireStorable("the type", message.type()))
            .bind("subject", PgValues.requireStorable("the subject", message.subject()))
            .bind("sentAt", message.sentAt().map(PgValues::floor).orElse(null))
            .bind("bytes", message.sizeBytes().isPresent() ? message.sizeBytes().getAsLong() : null)
            .mapTo(Long.class)
            .findFirst();
    if (added.isEmpty()) {
      return new StoreResult(find(source, message.externalId()), false);
    }
    long id = added.get();
    if (!message.text().isEmpty() || !message.html().isEmpty()) {
      writeBody(id, message.text(), message.html());
    }
    addParticipants(id, "from", message.sender().stream().toList());
    addParticipants(id, "to", message.to());
    addParticipants(id, "cc", message.cc());
    addParticipants(id, "bcc", message.bcc());
    addLabels(id, message.labels());
    addAttachments(id, message.attachments());
    return new StoreResult(id, true);
  }

  private long find(long source, String externalId) {
    return session
        .query(
            """
            SELECT id FROM $schema.messages
             WHERE source_id = :source AND external_id = :externalId""")
        .bind("source", source)
        .bind("externalId", externalId)
        .mapTo(Long.class)
        .one();
  }

  private long sourceId(String name) {
    session
        .update("INSERT INTO $schema.sources (name) VALUES (:name) ON CONFLICT DO NOTHING")
        .bind("name", PgValues.requireStorable("the source", name))
        .execute();
    return session
        .query("SELECT id FROM $schema.sources WHERE name = :name")
        .bind("name", name)
        .mapTo(Long.class)
        .one();
  }

  public void writeBody(long id, String text, String html) {
    session
        .update(
            """
            INSERT INTO $schema.message_bodies (message_id, body_text, body_html)
            VALUES (:id, :text, :html)
            ON CONFLICT (message_id) DO UPDATE
               SET body_text = excluded.body_text, body_html = excluded.body_html""")
        .bind("id", id)
        .bind("text", PgValues.requireStorable("the text", text))
        .bind("html", PgValues.requireStorable("the HTML", html))
        .execute();
  }

  /** Of the names that come with an address, the first is kept. */
  private void addParticipants(long id, String kind, List<Participant> participants) {
    if (participants.isEmpty()) {
      return;
    }
    List<String> addresses =
        participants.stream()
            .map(participant -> PgValues.requireStorable("an address", participant.address()))
            .toList();
    List<String> names =
        participants.stream()
            .map(participant -> PgValues.requireStorable("a name", participant.name()))
            .toList();
    session
        .update(
            """
            INSERT INTO $schema.participants AS known (address, name)
            SELECT DISTINCT ON (address) address, name
              FROM unnest(:addresses, :names) AS given (address, name) ORDER BY address, name = ''
            ON CONFLICT (lower(address)) DO UPDATE SET name = excluded.name
             WHERE known.name = '' AND excluded.name <> ''""")
        .bindArray("addresses", String.class, addresses)
        .bindArray("names", String.class, names)
        .execute();
    session
        .update(
            """
            INSERT INTO $schema.message_participants (message_id, kind, position, participant_id)
            SELECT :id, :kind, position, p.id
              FROM unnest(:addresses) WITH ORDINALITY AS given (address, position)
              JOIN $schema.participants p ON lower(p.address) = given.address""")
        .bind("id", id)
        .bind("kind", kind)
        .bindArray("addresses", String.class, addresses)
        .execute();
  }

  public void addLabels(long id, Collection<String> labels) {
    session
        .update(
            """
            INSERT INTO $schema.message_labels (message_id, label)
            SELECT :id, unnest(:labels)""")
        .bind("id", id)
        .bindArray(
            "labels",
            String.class,
            labels.stream().map(label -> PgValues.requireStorable("a label", label)).toList())
        .execute();
  }

  private void addAttachments(long id, List<String> names) {
    session
        .update(
            """
            INSERT INTO $schema.attachments (message_id, position, name)
            SELECT :id, position, name FROM unnest(:names) WITH ORDINALITY AS given (name, position)""")
        .bind("id", id)
        .bindArray(
            "names",
            String.class,
            names.stream().map(name -> PgValues.requireStorable("a name", name)).toList())
        .execute();
  }
}
