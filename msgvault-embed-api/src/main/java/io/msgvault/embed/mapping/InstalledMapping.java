package io.msgvault.embed.mapping;

import io.msgvault.embed.mapping.ArchiveMapping.Deleted;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds the part of a mapping that columns, triggers and indexes depend on. A backend stores it as
 * {@linkplain #toString text} when it installs, and compares it with the mapping that it is opened
 * with. The rest of a mapping is only read, and may be mapped in another way later.
 */
public final class InstalledMapping {
  private static final String NONE = "none";
  private static final Set<String> TABLES = Set.of("messages", "bodies");

  private final Map<String, String> parts;

  private InstalledMapping(Map<String, String> parts) {
    this.parts = parts;
  }

  /** Returns what an installation for this mapping depends on. */
  static InstalledMapping of(ArchiveMapping mapping) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("messages", quote(mapping.messages()));
    parts.put("id", quote(mapping.id()));
    parts.put("subject", describe(mapping.subject()));
    parts.put("text", describe(mapping.text()));
    parts.put("html", describe(mapping.html()));
    parts.put("bodies", mapping.bodies().map(InstalledMapping::describe).orElse(NONE));
    parts.put("deleted", mapping.deleted().map(InstalledMapping::describe).orElse(NONE));
    parts.put("type", describe(mapping.type()));
    parts.put("source", describe(mapping.source().map(Name::column)));
    return new InstalledMapping(parts);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static InstalledMapping parse(String text) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int space = line.indexOf(' ');
      if (space < 0) {
        throw new IllegalArgumentException("not an installed mapping: " + line);
      }
      parts.put(line.substring(0, space), line.substring(space + 1));
    }
    return new InstalledMapping(parts);
  }

  /**
   * Requires that a mapping is the one that was installed.
   *
   * @throws MappingMismatchException if it differs, with every difference
   */
  public void requireSame(ArchiveMapping requested) {
    List<String> differences = differencesTo(requested);
    if (!differences.isEmpty()) {
      throw new MappingMismatchException(differences);
    }
  }

  /**
   * Requires that a mapping names the tables that were installed; its columns may differ. An
   * uninstallation needs no more.
   *
   * @throws MappingMismatchException if a table differs
   */
  public void requireSameTables(ArchiveMapping requested) {
    List<String> differences = differences(requested.installed(), TABLES);
    if (!differences.isEmpty()) {
      throw new MappingMismatchException(differences);
    }
  }

  /**
   * Returns in what a mapping differs from the one that was installed, one line for each part:
   * {@code subject: installed with "title", given "headline"}.
   */
  public List<String> differencesTo(ArchiveMapping requested) {
    InstalledMapping other = requested.installed();
    Set<String> names = new LinkedHashSet<>(other.parts.keySet());
    names.addAll(parts.keySet());
    return differences(other, names);
  }

  private List<String> differences(InstalledMapping requested, Set<String> names) {
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String was = parts.getOrDefault(name, NONE);
      String is = requested.parts.getOrDefault(name, NONE);
      if (!was.equals(is)) {
        differences.add(name + ": installed with " + was + ", given " + is);
      }
    }
    return differences;
  }

  /**
   * Returns the text to store, one line for each part. No name that can be mapped breaks a line.
   */
  @Override
  public String toString() {
    return parts.entrySet().stream()
        .map(part -> part.getKey() + ' ' + part.getValue())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InstalledMapping that && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  private static String describe(Optional<String> column) {
    return column.map(InstalledMapping::quote).orElse(NONE);
  }

  private static String describe(Related rows) {
    return quote(rows.table()) + " by " + quote(rows.messageId());
  }

  private static String describe(Deleted deleted) {
    return quote(deleted.column()) + " " + deleted.marker();
  }

  private static String quote(String name) {
    return '"' + name + '"';
  }
}
