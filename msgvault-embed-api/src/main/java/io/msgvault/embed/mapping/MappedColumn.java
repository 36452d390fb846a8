package io.msgvault.embed.mapping;

import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names one column that a mapping needs, and the part it plays.
 *
 * @param role the part it plays
 * @param table its table
 * @param name its name
 */
public record MappedColumn(Role role, String table, String name) {
  /** Says what a column is for. */
  public enum Role {
    /** The key of the table of messages. */
    ID,
    /** The subject; an embeddable input. */
    SUBJECT,
    /** The plain text; an embeddable input. */
    TEXT,
    /** The HTML; an embeddable input. */
    HTML,
    /** The column that tells a soft-deleted message. */
    DELETED,
    /** The message type. */
    TYPE,
    /** The source, or the key of its name. */
    SOURCE,
    /** The sender's address, or its key. */
    SENDER,
    /** The time a message was sent. */
    SENT_AT,
    /** The size in bytes. */
    SIZE_BYTES,
    /** The id of the conversation. */
    CONVERSATION,
    /** The message's key in a row of another table: bodies, recipients, labels, attachments. */
    MESSAGE_ID,
    /** The kind of a recipient. */
    RECIPIENT_KIND,
    /** The address of a recipient, or its key. */
    RECIPIENT,
    /** The name of a label, or its key. */
    LABEL,
    /** The file name of an attachment. */
    ATTACHMENT_NAME,
    /** The key of a table of names. */
    LOOKUP_KEY,
    /** The name in a table of names. */
    LOOKUP_NAME
  }

  /** Returns whether a change of this column changes the text that is embedded. */
  public boolean isEmbeddableInput() {
    return role == Role.SUBJECT || role == Role.TEXT || role == Role.HTML;
  }

  static List<MappedColumn> of(ArchiveMapping mapping) {
    Collector columns = new Collector();
    String messages = mapping.messages();
    String bodies = mapping.bodies().map(Related::table).orElse(messages);
    columns.add(Role.ID, messages, mapping.id());
    columns.add(Role.SUBJECT, messages, mapping.subject());
    columns.add(Role.DELETED, messages, mapping.deleted().map(ArchiveMapping.Deleted::column));
    columns.add(Role.TYPE, messages, mapping.type());
    columns.add(Role.SENT_AT, messages, mapping.sentAt().map(ArchiveMapping.Time::column));
    columns.add(Role.SIZE_BYTES, messages, mapping.sizeBytes());
    columns.add(Role.CONVERSATION, messages, mapping.conversation());
    columns.addRows(mapping.bodies());
    columns.add(Role.TEXT, bodies, mapping.text());
    columns.add(Role.HTML, bodies, mapping.html());
    mapping.source().ifPresent(source -> columns.addName(Role.SOURCE, messages, source));
    mapping.sender().ifPresent(sender -> columns.addName(Role.SENDER, messages, sender));
    mapping.recipients().ifPresent(columns::addRecipients);
    mapping
        .labels()
        .ifPresent(
            labels -> {
              columns.addRows(Optional.of(labels.rows()));
              columns.addName(Role.LABEL, labels.rows().table(), labels.label());
            });
    mapping
        .attachments()
        .ifPresent(
            attachments -> {
              columns.addRows(Optional.of(attachments.rows()));
              columns.add(Role.ATTACHMENT_NAME, attachments.rows().table(), attachments.name());
            });
    return List.copyOf(columns.all);
  }

  private static final class Collector {
    private final List<MappedColumn> all = new ArrayList<>();

    private void add(Role role, String table, String name) {
      all.add(new MappedColumn(role, table, name));
    }

    private void add(Role role, String table, Optional<String> name) {
      name.ifPresent(mapped -> add(role, table, mapped));
    }

    private void addRows(Optional<Related> rows) {
      rows.ifPresent(mapped -> add(Role.MESSAGE_ID, mapped.table(), mapped.messageId()));
    }

    private void addRecipients(Recipients recipients) {
      addRows(Optional.of(recipients.rows()));
      add(Role.RECIPIENT_KIND, recipients.rows().table(), recipients.kind());
      addName(Role.RECIPIENT, recipients.rows().table(), recipients.address());
    }

    private void addName(Role role, String table, Name name) {
      add(role, table, name.column());
      name.lookup()
          .ifPresent(
              lookup -> {
                add(Role.LOOKUP_KEY, lookup.table(), lookup.key());
                add(Role.LOOKUP_NAME, lookup.table(), lookup.name());
              });
    }
  }
}
