package io.msgvault.embed.store.support;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts names of tables and columns into SQL. A statement is written once, with placeholders for
 * what depends on the database:
 *
 * <pre>{@code
 * SELECT {m.id}, {m.subject} FROM {messages} m WHERE {m.live}
 * }</pre>
 *
 * <p>{@code {name}} and {@code {alias.name}} stand for whatever the {@link Names} return for them.
 * Both parts consist of letters, digits and underscores, and begin with a letter. Other braces stay
 * as they are, such as those of an array literal.
 *
 * <p>A script may have sections. The lines between {@code --[name} and {@code --]} are kept only if
 * the section of that name is turned on.
 *
 * <p>Templates are constants of a backend, and names come from a checked mapping or from the
 * backend itself. Text of users never is part of either: it is bound as a parameter. Safe for use
 * by many threads. Each rendered statement is remembered.
 */
public final class SqlTemplate {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{(?:([A-Za-z]\\w*)\\.)?([A-Za-z]\\w*)}");
  private static final Pattern SECTION = Pattern.compile("(?ms)^--\\[(\\w+)\\R(.*?)^--]\\R?");

  private final Names names;
  private final Map<String, Boolean> sections;
  private final Map<String, String> rendered = new ConcurrentHashMap<>();

  private SqlTemplate(Names names, Map<String, Boolean> sections) {
    this.names = names;
    this.sections = Map.copyOf(sections);
  }

  /** Says what placeholders stand for. */
  @FunctionalInterface
  public interface Names {
    /**
     * Returns the SQL that a placeholder stands for.
     *
     * @param alias the part before the dot; empty where there is none
     * @param name the part after it
     * @return the SQL; empty if the name is not known
     */
    Optional<String> resolve(String alias, String name);
  }

  /** Returns a template class over these names, without sections. */
  public static SqlTemplate of(Names names) {
    return new SqlTemplate(names, Map.of());
  }

  /** Returns a template class over the keys of a map; they take no alias. */
  public static SqlTemplate of(Map<String, String> names) {
    Map<String, String> copy = Map.copyOf(names);
    return of(
        (alias, name) -> alias.isEmpty() ? Optional.ofNullable(copy.get(name)) : Optional.empty());
  }

  /** Returns a copy that knows these names too; they take no alias and come before the others. */
  public SqlTemplate withNames(Map<String, String> more) {
    Names first = of(more).names;
    return new SqlTemplate(
        (alias, name) -> first.resolve(alias, name).or(() -> names.resolve(alias, name)), sections);
  }

  /** Returns a copy that also keeps the sections mapped to true and drops those mapped to false. */
  public SqlTemplate withSections(Map<String, Boolean> more) {
    Map<String, Boolean> all = new HashMap<>(sections);
    all.putAll(more);
    return new SqlTemplate(names, all);
  }

  /**
   * Returns a statement or script with all names and sections resolved.
   *
   * @throws IllegalArgumentException if a placeholder or a section is not known
   */
  public String render(String template) {
    return rendered.computeIfAbsent(template, this::resolve);
  }

  private String resolve(String template) {
    String kept = SECTION.matcher(template).replaceAll(section -> literal(keep(section)));
    return PLACEHOLDER.matcher(kept).replaceAll(placeholder -> literal(expand(placeholder)));
  }

  private String keep(MatchResult section) {
    Boolean on = sections.get(section.group(1));
    if (on == null) {
      throw new IllegalArgumentException("no section is called " + section.group(1));
    }
    return on ? section.group(2) : "";
  }

  private String expand(MatchResult placeholder) {
    String alias = placeholder.group(1) == null ? "" : placeholder.group(1);
    return names
        .resolve(alias, placeholder.group(2))
        .orElseThrow(
            () -> new IllegalArgumentException("nothing is called " + placeholder.group()));
  }

  private static String literal(String replacement) {
    return Matcher.quoteReplacement(replacement);
  }
}
