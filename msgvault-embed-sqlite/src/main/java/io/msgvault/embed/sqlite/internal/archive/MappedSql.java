package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Deleted;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
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
public final class MappedSql {
  /** The tables that this library brings. */
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
          .attachments("attachments", "message_id")
          .sentAt("sent_at", TimeFormat.EPOCH_MILLIS)
          .sizeBytes("size_bytes")
          .build();

  /** The statements over the tables that this library brings. */
  public static final MappedSql BUNDLED = new MappedSql(BUNDLED_TABLES);

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(?:(\\w+)\\.)?([a-z, ]+)}");
  private static final Pattern SECTION = Pattern.compile("(?ms)^--\\[([a-z ]+)\\R(.*?)^--]\\R");

  private final ArchiveMapping mapping;
  private final Map<String, String> rendered = new ConcurrentHashMap<>();

  public MappedSql(ArchiveMapping mapping) {
    this.mapping = mapping;
  }

  public ArchiveMapping mapping() {
    return mapping;
  }

  /** The statement over the mapping's names. */
  public String render(String template) {
    return rendered.computeIfAbsent(template, unseen -> resolve(unseen, Map.of()));
  }

  /** The statement that is made anew only when it is first asked for by its name. */
  String render(String name, Supplier<String> template) {
    String known = rendered.get(name);
    return known == null ? remember(name, resolve(template.get(), Map.of())) : known;
  }

  private String remember(String name, String statement) {
    rendered.put(name, statement);
    return statement;
  }

  /**
   * A script over the mapping's names.
   *
   * @param extraWords more words and what they stand for; a section that is named like one is kept
   *     if it is not empty
   */
  String renderScript(String template, Map<String, String> extraWords) {
    String kept =
        SECTION
            .matcher(template)
            .replaceAll(
                section ->
                    Matcher.quoteReplacement(
                        has(section.group(1), extraWords) ? section.group(2) : ""));
    return resolve(kept, extraWords);
  }

  static String quote(String name) {
    return '"' + name + '"';
  }

  public boolean hasSoftDeletion() {
    return mapping.deleted().isPresent();
  }

  /** The columns of the index of stamps in the row of an alias, with their names in braces. */
  List<String> groupingColumns(String alias) {
    List<String> keys = new ArrayList<>();
    mapping.type().ifPresent(type -> keys.add("{" + alias + ".type} COLLATE BINARY"));
    mapping.source().ifPresent(source -> keys.add("{" + alias + ".source} COLLATE BINARY"));
    keys.add(alias + ".embed_gen");
    keys.add(alias + ".embed_outcome");
    return keys;
  }

  private String resolve(String template, Map<String, String> extraWords) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(word -> Matcher.quoteReplacement(expand(word, extraWords)));
  }

  private String expand(MatchResult word, Map<String, String> extraWords) {
    String name = word.group(2);
    String alias = word.group(1) == null ? "" : word.group(1);
    return switch (name) {
      case "messages" -> quote(mapping.messages());
      case "id" -> column(alias, mapping.id());
      case "bodies" -> quote(bodies().table());
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
      case "deleted" -> quote(mapping.deleted().orElseThrow().column());
      case ", deleted" -> listed(mapping.deleted().map(Deleted::column).stream().toList());
      case "type, source," ->
          Stream.of(mapping.type(), mapping.source().map(Name::column))
              .flatMap(Optional::stream)
              .map(column -> quote(column) + " COLLATE BINARY,")
              .collect(Collectors.joining(" "));
      case "type" -> optional(alias, mapping.type());
      case "source" -> optional(alias, mapping.source().map(Name::column));
      case ", inputs" -> listed(inputs());
      case "or inputs differ" ->
          inputs().stream().map(MappedSql::orDiffers).collect(Collectors.joining());
      case "body inputs" ->
          bodyInputs().stream().map(MappedSql::quote).collect(Collectors.joining(", "));
      case ", body inputs" -> listed(bodyInputs());
      default -> {
        String value = extraWords.get(name);
        if (value == null) {
          throw new IllegalStateException("no such word: " + word.group());
        }
        yield value;
      }
    };
  }

  private boolean has(String section, Map<String, String> extraWords) {
    return switch (section) {
      case "deleted" -> hasSoftDeletion();
      case "undeletable" -> !hasSoftDeletion();
      case "bodies" -> mapping.bodies().isPresent();
      case "body in messages" -> mapping.bodies().isEmpty() && !bodyInputs().isEmpty();
      case "subject" -> mapping.subject().isPresent();
      case "replaceable messages" -> !extraWords.getOrDefault("conflicts", "").isEmpty();
      case "replaceable bodies" -> !extraWords.getOrDefault("body conflicts", "").isEmpty();
      default -> throw new IllegalStateException("no such section: " + section);
    };
  }

  private Related bodies() {
    return mapping.bodies().orElseThrow();
  }

  private String joined() {
    return "JOIN "
        + quote(bodies().table())
        + " b ON "
        + column("b", bodies().messageId())
        + " = "
        + column("m", mapping.id());
  }

  private String ofBody(String alias) {
    return alias.equals("b") && mapping.bodies().isEmpty() ? "m" : alias;
  }

  private static String column(String alias, String name) {
    return alias.isEmpty() ? quote(name) : alias + "." + quote(name);
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
    return columns.stream().map(column -> ", " + quote(column)).collect(Collectors.joining());
  }

  private static String orDiffers(String column) {
    return """

    OR CAST(ifnull(NEW.%1$s, '') AS BLOB) IS NOT CAST(ifnull(OLD.%1$s, '') AS BLOB)"""
        .formatted(quote(column));
  }
}
