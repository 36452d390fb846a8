package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Deleted;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.store.support.SqlTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the names of a mapping into statements, by an {@link SqlTemplate}. {@code {messages}} is the
 * table of messages, and {@code {m.subject}} the subject in the row of the alias {@code m}. An
 * unmapped column is {@code NULL}.
 *
 * <p>{@code {own}} ends the name of each object of this library, so that mappings with names of
 * their own do not meet.
 *
 * <p>The aliases {@code m} and {@code b} stand for a message and its body. If the bodies have no
 * table of their own, {@code {b.text}} is a column of {@code m}.
 *
 * <p>Names come quoted. {@link ArchiveMapping} has checked them.
 */
public final class MappedSql {
  /** The bundled tables. */
  public static final ArchiveMapping BUNDLED_TABLES =
      ArchiveMapping.builder("messages", "id")
          .subject("subject")
          .text("text")
          .html("html")
          .bodies("message_bodies", "message_id")
          .deleted("deleted_at", Marker.NULL_WHILE_LIVE)
          .type("message_type")
          .source(Name.by("source_id", "sources", "id", "name"))
          .sender(Name.by("sender_id", "participants", "id", "address"))
          .recipients(
              new ArchiveMapping.Recipients(
                  new Related("recipients", "message_id"),
                  Optional.of("kind"),
                  Name.by("participant_id", "participants", "id", "address")))
          .labels(
              new ArchiveMapping.Labels(
                  new Related("message_labels", "message_id"),
                  Name.by("label_id", "labels", "id", "name")))
          .attachments("attachments", "message_id", "name")
          .conversation("conversation")
          .sentAt("sent_at", TimeFormat.EPOCH_MILLIS)
          .sizeBytes("size_bytes")
          .build();

  /** The names of the bundled tables. */
  public static final MappedSql BUNDLED = new MappedSql(BUNDLED_TABLES, Optional.of("name"));

  private final ArchiveMapping mapping;
  private final SqlTemplate template;

  /** Prepares the names of a mapping. */
  public MappedSql(ArchiveMapping mapping) {
    this(mapping, Optional.empty());
  }

  private MappedSql(ArchiveMapping mapping, Optional<String> personName) {
    this.mapping = mapping;
    this.template =
        SqlTemplate.of((alias, name) -> Optional.ofNullable(expand(mapping, alias, name)))
            .withSections(sections(mapping))
            .withNames(GroupKeys.names(mapping.suffix()))
            .withNames(DetailNames.names(mapping, personName));
  }

  /** Returns the mapping. */
  public ArchiveMapping mapping() {
    return mapping;
  }

  /** Returns a statement over the mapping's names. */
  public String render(String statement) {
    return template.render(statement);
  }

  /** Returns a statement over the mapping's names and one more name. */
  String render(String statement, String name, String value) {
    return template.withNames(Map.of(name, value)).render(statement);
  }

  /**
   * Returns a script over the mapping's names.
   *
   * @param conflicts the names of {@link MappingValidator#conflicts()}
   */
  String renderScript(String script, Map<String, String> conflicts) {
    return template
        .withNames(conflicts)
        .withSections(
            Map.of("replaceable_bodies", !conflicts.getOrDefault("body_conflicts", "").isEmpty()))
        .render(script);
  }

  static String quote(String name) {
    return '"' + name + '"';
  }

  private static Map<String, Boolean> sections(ArchiveMapping mapping) {
    return Map.of(
        "soft_deletion", mapping.deleted().isPresent(),
        "groups", mapping.type().isPresent() || mapping.source().isPresent(),
        "bodies", mapping.bodies().isPresent());
  }

  private static @Nullable String expand(ArchiveMapping mapping, String alias, String name) {
    return switch (name) {
      case "own" -> mapping.suffix();
      case "next_revision" -> ArchiveRowDao.NEXT_REVISION;
      case "messages" -> quote(mapping.messages());
      case "id" -> column(alias, mapping.id());
      case "bodies" -> quote(bodies(mapping).table());
      case "body_id" -> column(alias, bodies(mapping).messageId());
      case "join_bodies" -> mapping.bodies().isPresent() ? "LEFT " + join(mapping) : "";
      case "subject" -> optional(alias, mapping.subject());
      case "text" -> optional(bodyAlias(mapping, alias), mapping.text());
      case "html" -> optional(bodyAlias(mapping, alias), mapping.html());
      case "sent_at" -> optional(alias, mapping.sentAt().map(ArchiveMapping.Time::column));
      case "size_bytes" -> optional(alias, mapping.sizeBytes());
      case "live" -> byMarker(mapping, alias, "(%s IS NULL)", "(NOT ifnull(%s, 0))", "1");
      case "deleted" -> quote(mapping.deleted().orElseThrow().column());
      case "comma_deleted" -> listed(mapping.deleted().map(Deleted::column).stream().toList());
      case "type" -> optional(alias, mapping.type());
      case "source" -> optional(alias, mapping.source().map(Name::column));
      case "comma_inputs" -> listed(inputs(mapping));
      case "or_inputs_differ" ->
          inputs(mapping).stream().map(MappedSql::orDiffers).collect(Collectors.joining());
      case "comma_body_inputs" -> listed(bodyInputs(mapping));
      default -> null;
    };
  }

  private static Related bodies(ArchiveMapping mapping) {
    return mapping.bodies().orElseThrow();
  }

  private static String join(ArchiveMapping mapping) {
    return "JOIN "
        + quote(bodies(mapping).table())
        + " b ON "
        + column("b", bodies(mapping).messageId())
        + " = "
        + column("m", mapping.id());
  }

  private static String bodyAlias(ArchiveMapping mapping, String alias) {
    return alias.equals("b") && mapping.bodies().isEmpty() ? "m" : alias;
  }

  static String column(String alias, String name) {
    return alias.isEmpty() ? quote(name) : alias + "." + quote(name);
  }

  private static String optional(String alias, Optional<String> name) {
    return name.map(column -> column(alias, column)).orElse("NULL");
  }

  private static String byMarker(
      ArchiveMapping mapping, String alias, String byNull, String byTruth, String unmapped) {
    return mapping
        .deleted()
        .map(
            deleted ->
                (deleted.marker() == Marker.NULL_WHILE_LIVE ? byNull : byTruth)
                    .replace("%s", column(alias, deleted.column())))
        .orElse(unmapped);
  }

  private static List<String> bodyInputs(ArchiveMapping mapping) {
    return Stream.of(mapping.text(), mapping.html()).flatMap(Optional::stream).toList();
  }

  /** Returns the embeddable columns of the table of messages. */
  private static List<String> inputs(ArchiveMapping mapping) {
    List<String> inputs = new ArrayList<>(mapping.subject().stream().toList());
    if (mapping.bodies().isEmpty()) {
      inputs.addAll(bodyInputs(mapping));
    }
    return inputs;
  }

  private static String listed(List<String> columns) {
    return columns.stream().map(column -> ", " + quote(column)).collect(Collectors.joining());
  }

  private static String orDiffers(String column) {
    return "\nOR " + bytes(column("NEW", column)) + " IS NOT " + bytes(column("OLD", column));
  }

  private static String bytes(String column) {
    return "CAST(ifnull(" + column + ", '') AS BLOB)";
  }
}
