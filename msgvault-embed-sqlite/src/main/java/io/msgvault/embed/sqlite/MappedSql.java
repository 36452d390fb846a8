package io.msgvault.embed.sqlite;

import io.msgvault.embed.archive.ArchiveMapping;
import io.msgvault.embed.archive.ArchiveMapping.Deleted;
import io.msgvault.embed.archive.ArchiveMapping.Marker;
import io.msgvault.embed.archive.ArchiveMapping.Name;
import io.msgvault.embed.archive.ArchiveMapping.Related;
import io.msgvault.embed.archive.ArchiveMapping.TimeFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts the names of a mapping into statements. A statement is written once, with words in braces
 * for what depends on the mapping: {@code {messages}} is the table of messages, {@code {m.subject}}
 * the subject in the row that the alias {@code m} stands for. What is not mapped is {@code NULL}.
 *
 * <p>The aliases {@code m} and {@code b} stand for a message and its body: where the bodies are not
 * in a table of their own, {@code {b.text}} is in {@code m}. In scripts, the lines between {@code
 * --[name} and {@code --]} are for mappings alone that have what is named.
 *
 * <p>Names come quoted; {@link ArchiveMapping} has checked them.
 */
final class MappedSql {
  /** The tables that this library brings. */
  static final ArchiveMapping BUNDLED_TABLES =
      ArchiveMapping.of("messages", "id")
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
          .attachments("attachments", "message_id")
          .sentAt("sent_at", TimeFormat.EPOCH_MILLIS)
          .sizeBytes("size_bytes")
          .build();

  /** The statements over the tables that this library brings. */
  static final MappedSql BUNDLED = new MappedSql(BUNDLED_TABLES);

  private static final Pattern WORD = Pattern.compile("\\{(?:(\\w+)\\.)?([a-z, ]+)}");
  private static final Pattern SECTION = Pattern.compile("(?ms)^--\\[([a-z ]+)\\R(.*?)^--]\\R");

  private final ArchiveMapping mapping;
  private final Map<String, String> resolved = new ConcurrentHashMap<>();

  MappedSql(ArchiveMapping mapping) {
    this.mapping = mapping;
  }

  ArchiveMapping mapping() {
    return mapping;
  }

  /** The statement over the mapping's names. */
  String of(String template) {
    return resolved.computeIfAbsent(template, unseen -> resolve(unseen, Map.of()));
  }

  /** The statement that is made anew only when it is first asked for by its name. */
  String of(String name, Supplier<String> template) {
    String known = resolved.get(name);
    return known == null ? remember(name, resolve(template.get(), Map.of())) : known;
  }

  private String remember(String name, String statement) {
    resolved.put(name, statement);
    return statement;
  }

  /**
   * A script over the mapping's names.
   *
   * @param found more words and what they stand for; a section that is named like one is kept if it
   *     is not empty
   */
  String script(String template, Map<String, String> found) {
    String kept =
        SECTION
            .matcher(template)
            .replaceAll(
                section ->
                    Matcher.quoteReplacement(has(section.group(1), found) ? section.group(2) : ""));
    return resolve(kept, found);
  }

  static String quoted(String name) {
    return '"' + name + '"';
  }

  boolean marksDeletion() {
    return mapping.deleted().isPresent();
  }

  /** The columns of the index of stamps in the row of an alias, with their names in braces. */
  List<String> keys(String alias) {
    List<String> keys = new ArrayList<>();
    mapping.type().ifPresent(type -> keys.add("{" + alias + ".type} COLLATE BINARY"));
    mapping.source().ifPresent(source -> keys.add("{" + alias + ".source} COLLATE BINARY"));
    keys.add(alias + ".embed_gen");
    keys.add(alias + ".embed_outcome");
    return keys;
  }

  private String resolve(String template, Map<String, String> found) {
    return WORD.matcher(template).replaceAll(word -> Matcher.quoteReplacement(word(word, found)));
  }

  private String word(MatchResult word, Map<String, String> found) {
    String name = word.group(2);
    String alias = word.group(1) == null ? "" : word.group(1);
    return switch (name) {
      case "messages" -> quoted(mapping.messages());
      case "id" -> column(alias, mapping.id());
      case "bodies" -> quoted(bodies().table());
      case "body id" -> column(alias, bodies().messageId());
      case "join bodies" -> mapping.bodies().isPresent() ? "LEFT " + joined() : "";
      case "inner bodies" -> mapping.bodies().isPresent() ? joined() : "";
      case "subject" -> optional(alias, mapping.subject());
      case "text" -> optional(ofBody(alias), mapping.text());
      case "html" -> optional(ofBody(alias), mapping.html());
      case "sent" -> optional(alias, mapping.sentAt().map(ArchiveMapping.Time::column));
      case "size" -> optional(alias, mapping.sizeBytes());
      case "live" -> live(alias);
      case "dead" -> dead(alias);
      case "deleted" -> quoted(mapping.deleted().orElseThrow().column());
      case ", deleted" -> listed(mapping.deleted().map(Deleted::column).stream().toList());
      case "type, source," ->
          Stream.of(mapping.type(), mapping.source().map(Name::column))
              .flatMap(Optional::stream)
              .map(column -> quoted(column) + " COLLATE BINARY,")
              .collect(Collectors.joining(" "));
      case "type" -> optional(alias, mapping.type());
      case "source" -> optional(alias, mapping.source().map(Name::column));
      case ", inputs" -> listed(inputs());
      case "or inputs differ" ->
          inputs().stream().map(MappedSql::orDiffers).collect(Collectors.joining());
      case "body inputs" ->
          bodyInputs().stream().map(MappedSql::quoted).collect(Collectors.joining(", "));
      case ", body inputs" -> listed(bodyInputs());
      default -> {
        String value = found.get(name);
        if (value == null) {
          throw new IllegalStateException("no such word: " + word.group());
        }
        yield value;
      }
    };
  }

  private boolean has(String section, Map<String, String> found) {
    return switch (section) {
      case "deleted" -> marksDeletion();
      case "undeletable" -> !marksDeletion();
      case "bodies" -> mapping.bodies().isPresent();
      case "body in messages" -> mapping.bodies().isEmpty() && !bodyInputs().isEmpty();
      case "subject" -> mapping.subject().isPresent();
      case "replaceable messages" -> !found.getOrDefault("conflicts", "").isEmpty();
      case "replaceable bodies" -> !found.getOrDefault("body conflicts", "").isEmpty();
      default -> throw new IllegalStateException("no such section: " + section);
    };
  }

  private Related bodies() {
    return mapping.bodies().orElseThrow();
  }

  private String joined() {
    return "JOIN "
        + quoted(bodies().table())
        + " b ON "
        + column("b", bodies().messageId())
        + " = "
        + column("m", mapping.id());
  }

  private String ofBody(String alias) {
    return alias.equals("b") && mapping.bodies().isEmpty() ? "m" : alias;
  }

  private static String column(String alias, String name) {
    return alias.isEmpty() ? quoted(name) : alias + "." + quoted(name);
  }

  private static String optional(String alias, Optional<String> name) {
    return name.map(given -> column(alias, given)).orElse("NULL");
  }

  private String live(String alias) {
    return byMarker(alias, "(%s IS NULL)", "(NOT ifnull(%s, 0))", "1");
  }

  private String dead(String alias) {
    return byMarker(alias, "(%s IS NOT NULL)", "(NOT (NOT ifnull(%s, 0)))", "0");
  }

  private String byMarker(String alias, String byNull, String byTruth, String undeletable) {
    return mapping
        .deleted()
        .map(
            deleted ->
                (deleted.marker() == Marker.NULL_WHILE_LIVE ? byNull : byTruth)
                    .formatted(column(alias, deleted.column())))
        .orElse(undeletable);
  }

  private List<String> bodyInputs() {
    return Stream.of(mapping.text(), mapping.html()).flatMap(Optional::stream).toList();
  }

  /** The embeddable columns of the table of messages. */
  private List<String> inputs() {
    List<String> inputs = new ArrayList<>(mapping.subject().stream().toList());
    if (mapping.bodies().isEmpty()) {
      inputs.addAll(bodyInputs());
    }
    return inputs;
  }

  private static String listed(List<String> columns) {
    return columns.stream().map(column -> ", " + quoted(column)).collect(Collectors.joining());
  }

  private static String orDiffers(String column) {
    return """

    OR CAST(ifnull(NEW.%1$s, '') AS BLOB) IS NOT CAST(ifnull(OLD.%1$s, '') AS BLOB)"""
        .formatted(quoted(column));
  }
}
