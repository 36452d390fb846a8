package io.msgvault.embed.model;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Says which messages a generation covers: those of any of these types and any of these sources. An
 * empty set does not restrict. The scope is part of the {@link Fingerprint}, so another scope is
 * another index.
 *
 * @param types message types, such as {@code email} or {@code sms}, compared exactly
 * @param sources names of sources, such as an account or an imported file, compared exactly
 */
public record Scope(Set<String> types, Set<String> sources) {
  /** Covers every message. */
  public static final Scope ALL = new Scope(Set.of(), Set.of());

  /** Stands for an empty name, which no encoded one is. */
  private static final String EMPTY = "''";

  /** Copies the sets. */
  public Scope {
    types = Set.copyOf(types);
    sources = Set.copyOf(sources);
  }

  /** Returns the filter that matches exactly the messages in this scope. */
  public MessageFilter asFilter() {
    return MessageFilter.builder().types(types).sources(sources).build();
  }

  /** Returns the canonical form, equal for equal scopes, which {@link #parse} reads back. */
  @Override
  public String toString() {
    return this.types.isEmpty() && this.sources.isEmpty()
        ? "all"
        : "types=" + join(types) + ";sources=" + join(sources);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static Scope parse(String canonical) {
    if (canonical.equals("all")) {
      return ALL;
    }
    int middle = canonical.indexOf(";sources=");
    if (!canonical.startsWith("types=") || middle < 0) {
      throw new IllegalArgumentException("not the canonical form of a scope: " + canonical);
    }
    return new Scope(
        split(canonical.substring("types=".length(), middle)),
        split(canonical.substring(middle + ";sources=".length())));
  }

  private static String join(Set<String> names) {
    return new TreeSet<>(names)
        .stream()
            .map(name -> name.isEmpty() ? EMPTY : URLEncoder.encode(name, StandardCharsets.UTF_8))
            .collect(Collectors.joining(","));
  }

  private static Set<String> split(String joined) {
    Set<String> names = new TreeSet<>();
    if (!joined.isEmpty()) {
      for (String name : joined.split(",", -1)) {
        names.add(name.equals(EMPTY) ? "" : URLDecoder.decode(name, StandardCharsets.UTF_8));
      }
    }
    return names;
  }
}
