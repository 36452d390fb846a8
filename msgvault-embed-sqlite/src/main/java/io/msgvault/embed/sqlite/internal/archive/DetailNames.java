package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Attachments;
import io.msgvault.embed.mapping.ArchiveMapping.Lookup;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Recipients;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.Time;
import java.util.Map;
import java.util.Optional;

/** The names for statements over what is known of messages besides their texts. */
final class DetailNames {
  private static final String UNKNOWN = "NULL";

  private DetailNames() {}

  /**
   * Returns the names:
   *
   * <ul>
   *   <li>{@code sender_name} and {@code sender_address} of a message {@code m}
   *   <li>{@code recipient_rows}: the recipients {@code r} of the message {@code j.value}, with
   *       {@code recipient_name}, {@code recipient_address}, and {@code recipient_rank}, which
   *       orders them by To, Cc and Bcc
   *   <li>{@code attachment_rows}: its attachments {@code r}, with {@code attachment_name}
   *   <li>{@code sent_millis}: when {@code m} was sent, in milliseconds since 1970
   *   <li>{@code conversation} of {@code m}
   * </ul>
   *
   * @param personName the column with a person's name in the tables of addresses, if they have one
   */
  static Map<String, String> names(ArchiveMapping mapping, Optional<String> personName) {
    Optional<Name> recipient = mapping.recipients().map(Recipients::address);
    return Map.of(
        "sender_name", personName("m", mapping.sender(), personName),
        "sender_address", mapping.sender().map(name -> value("m", name)).orElse(UNKNOWN),
        "recipient_rows", rows(mapping.recipients().map(Recipients::rows)),
        "recipient_name", personName("r", recipient, personName),
        "recipient_rank",
            mapping
                .recipients()
                .flatMap(Recipients::kind)
                .map(kind -> "instr('to cc bcc', " + MappedSql.column("r", kind) + ")")
                .orElse("0"),
        "recipient_address", recipient.map(name -> value("r", name)).orElse(UNKNOWN),
        "attachment_rows", rows(mapping.attachments().map(Attachments::rows)),
        "attachment_name",
            mapping
                .attachments()
                .flatMap(Attachments::name)
                .map(name -> MappedSql.column("r", name))
                .orElse(UNKNOWN),
        "sent_millis", mapping.sentAt().map(DetailNames::millis).orElse(UNKNOWN),
        "conversation",
            mapping.conversation().map(column -> MappedSql.column("m", column)).orElse(UNKNOWN));
  }

  private static String personName(String row, Optional<Name> person, Optional<String> column) {
    return person
        .flatMap(name -> name.lookup().flatMap(by -> column.map(of -> lookedUp(row, name, by, of))))
        .orElse(UNKNOWN);
  }

  private static String value(String row, Name name) {
    return name.lookup()
        .map(by -> lookedUp(row, name, by, by.name()))
        .orElseGet(() -> MappedSql.column(row, name.column()));
  }

  private static String lookedUp(String row, Name name, Lookup by, String column) {
    return "(SELECT "
        + MappedSql.column("l", column)
        + " FROM "
        + MappedSql.quote(by.table())
        + " l WHERE "
        + MappedSql.column("l", by.key())
        + " = "
        + MappedSql.column(row, name.column())
        + ")";
  }

  private static String rows(Optional<Related> related) {
    return related
        .map(
            rows ->
                MappedSql.quote(rows.table())
                    + " r ON "
                    + MappedSql.column("r", rows.messageId())
                    + " = j.value")
        .orElse("(SELECT 1) r ON 0");
  }

  private static String millis(Time time) {
    String column = MappedSql.column("m", time.column());
    return switch (time.format()) {
      case EPOCH_MILLIS -> whole(column, "'integer', 'real'", column);
      case EPOCH_SECONDS -> whole(column, "'integer', 'real'", column + " * 1000");
      case NATIVE -> whole(column, "'text'", "unixepoch(" + column + ", 'subsec') * 1000");
    };
  }

  private static String whole(String column, String types, String millis) {
    return "CASE WHEN typeof("
        + column
        + ") IN ("
        + types
        + ") THEN CAST(round("
        + millis
        + ") AS INTEGER) END";
  }
}
