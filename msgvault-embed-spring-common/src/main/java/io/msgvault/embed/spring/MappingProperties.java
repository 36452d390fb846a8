package io.msgvault.embed.spring;

import io.msgvault.embed.mapping.ArchiveMapping;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The properties {@code msgvault.embed.mapping.*}: an {@link ArchiveMapping}. What is null is not
 * mapped.
 *
 * @param name Name of the mapping, which tells several of one database apart.
 * @param messages Table with one row for each message.
 * @param id Key of the table of messages.
 * @param subject Column of the subject.
 * @param text Column of the plain text.
 * @param html Column of the HTML.
 * @param bodies Table of text and HTML, if they are not in the table of messages.
 * @param deleted Column that tells a soft-deleted message.
 * @param type Column of the message type.
 * @param source Name of the source.
 * @param sender Sender's address.
 * @param recipients Recipients, a row for each.
 * @param labels Labels, a row for each.
 * @param attachments Attachments, a row for each.
 * @param conversation Column of the conversation's id.
 * @param sentAt When a message was sent.
 * @param sizeBytes Column of the size in bytes.
 */
public record MappingProperties(
    @Nullable String name,
    @Nullable String messages,
    @Nullable String id,
    @Nullable String subject,
    @Nullable String text,
    @Nullable String html,
    @Nullable Bodies bodies,
    @Nullable Deleted deleted,
    @Nullable String type,
    @Nullable Name source,
    @Nullable Name sender,
    @Nullable Recipients recipients,
    @Nullable Labels labels,
    @Nullable Attachments attachments,
    @Nullable String conversation,
    @Nullable SentAt sentAt,
    @Nullable String sizeBytes) {

  /**
   * The properties {@code msgvault.embed.mapping.bodies.*}.
   *
   * @param table Table of text and HTML.
   * @param messageId Column of the message's key.
   */
  public record Bodies(@Nullable String table, @Nullable String messageId) {}

  /**
   * The properties {@code msgvault.embed.mapping.deleted.*}.
   *
   * @param column Column that tells a soft-deleted message.
   * @param marker What the column of a live message holds.
   */
  public record Deleted(@Nullable String column, ArchiveMapping.@Nullable Marker marker) {}

  /**
   * Says where a name is: in a column itself, or in a table that the column refers to.
   *
   * @param column Column of the name, or of a key if the names have a table.
   * @param table Table of the names, if the column holds a key.
   * @param key Key of the table of names.
   * @param name Column of the name in the table of names.
   */
  public record Name(
      @Nullable String column,
      @Nullable String table,
      @Nullable String key,
      @Nullable String name) {

    ArchiveMapping.Name toName(String property) {
      String of = required(property + ".column", column);
      return table == null && key == null && name == null
          ? ArchiveMapping.Name.in(of)
          : ArchiveMapping.Name.by(
              of,
              required(property + ".table", table),
              required(property + ".key", key),
              required(property + ".name", name));
    }
  }

  /**
   * The properties {@code msgvault.embed.mapping.recipients.*}.
   *
   * @param table Table with a row for each recipient.
   * @param messageId Column of the message's key.
   * @param kind Column that tells 'to', 'cc' and 'bcc' apart.
   * @param address Recipient's address.
   */
  public record Recipients(
      @Nullable String table,
      @Nullable String messageId,
      @Nullable String kind,
      @Nullable Name address) {

    ArchiveMapping.Recipients toRecipients() {
      return new ArchiveMapping.Recipients(
          related("recipients", table, messageId),
          Optional.ofNullable(kind),
          required("recipients.address.column", address).toName("recipients.address"));
    }
  }

  /**
   * The properties {@code msgvault.embed.mapping.labels.*}.
   *
   * @param table Table with a row for each label of a message.
   * @param messageId Column of the message's key.
   * @param label Label's name.
   */
  public record Labels(@Nullable String table, @Nullable String messageId, @Nullable Name label) {
    ArchiveMapping.Labels toLabels() {
      return new ArchiveMapping.Labels(
          related("labels", table, messageId),
          required("labels.label.column", label).toName("labels.label"));
    }
  }

  /**
   * The properties {@code msgvault.embed.mapping.attachments.*}.
   *
   * @param table Table with a row for each attachment.
   * @param messageId Column of the message's key.
   * @param name Column of the file name.
   */
  public record Attachments(
      @Nullable String table, @Nullable String messageId, @Nullable String name) {
    void addTo(ArchiveMapping.Builder mapping) {
      ArchiveMapping.Related rows = related("attachments", table, messageId);
      if (name == null) {
        mapping.attachments(rows.table(), rows.messageId());
      } else {
        mapping.attachments(rows.table(), rows.messageId(), name);
      }
    }
  }

  /**
   * The properties {@code msgvault.embed.mapping.sent-at.*}.
   *
   * @param column Column of the time.
   * @param format How the column tells the time.
   */
  public record SentAt(@Nullable String column, ArchiveMapping.@Nullable TimeFormat format) {}

  /**
   * Returns the mapping.
   *
   * @throws EmbedConfigurationException if a property that it needs is not set
   * @throws IllegalArgumentException if a name is refused, or nothing embeddable is mapped
   */
  public ArchiveMapping toMapping() {
    return toMapping(name);
  }

  /**
   * Returns the mapping of one of several archives.
   *
   * @param archive the name of the archive, in place of that of the properties
   * @throws EmbedConfigurationException if a property that it needs is not set
   * @throws IllegalArgumentException if a name is refused, or nothing embeddable is mapped
   */
  public ArchiveMapping toMapping(@Nullable String archive) {
    ArchiveMapping.Builder mapping =
        ArchiveMapping.builder(required("messages", messages), required("id", id));
    ifSet(archive, mapping::name);
    ifSet(subject, mapping::subject);
    ifSet(text, mapping::text);
    ifSet(html, mapping::html);
    ifSet(type, mapping::type);
    ifSet(conversation, mapping::conversation);
    ifSet(sizeBytes, mapping::sizeBytes);
    ifSet(source, of -> mapping.source(of.toName("source")));
    ifSet(sender, of -> mapping.sender(of.toName("sender")));
    ifSet(recipients, of -> mapping.recipients(of.toRecipients()));
    ifSet(labels, of -> mapping.labels(of.toLabels()));
    ifSet(attachments, of -> of.addTo(mapping));
    ifSet(
        bodies,
        of ->
            mapping.bodies(
                required("bodies.table", of.table), required("bodies.message-id", of.messageId)));
    ifSet(
        deleted,
        of ->
            mapping.deleted(
                required("deleted.column", of.column), required("deleted.marker", of.marker)));
    ifSet(
        sentAt,
        of ->
            mapping.sentAt(
                required("sent-at.column", of.column), required("sent-at.format", of.format)));
    return mapping.build();
  }

  private static <T> void ifSet(@Nullable T value, Consumer<T> map) {
    if (value != null) {
      map.accept(value);
    }
  }

  private static ArchiveMapping.Related related(
      String property, @Nullable String table, @Nullable String messageId) {
    return new ArchiveMapping.Related(
        required(property + ".table", table), required(property + ".message-id", messageId));
  }

  private static <T> T required(String property, @Nullable T value) {
    if (value == null) {
      String name = "msgvault.embed.mapping." + property;
      throw new EmbedConfigurationException(
          "The mapping is not complete: " + name + " is not set.",
          "Set " + name + ", or leave out the properties beside it.");
    }
    return value;
  }
}
