package io.msgvault.embed.pgvector;

import java.util.List;

/** All tables that archives of the tests are over. */
final class TestMappings {
  static final TestMapping BUNDLED = new BundledMapping();
  static final TestMapping UNUSUAL = new UnusualMapping();
  static final TestMapping SINGLE_TABLE = new SingleTableMapping();
  static final TestMapping MINIMAL = new MinimalMapping();

  private TestMappings() {}

  /** The tables of a name, for another process. */
  static TestMapping named(String name) {
    return List.of(BUNDLED, UNUSUAL, SINGLE_TABLE, MINIMAL).stream()
        .filter(tables -> tables.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
