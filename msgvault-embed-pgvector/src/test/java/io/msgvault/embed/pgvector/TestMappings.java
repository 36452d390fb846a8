package io.msgvault.embed.pgvector;

import java.util.List;

/** All mappings of the tests. */
final class TestMappings {
  static final TestMapping BUNDLED = new BundledMapping();
  static final TestMapping UNUSUAL = new UnusualMapping();
  static final TestMapping SINGLE_TABLE = new SingleTableMapping();
  static final TestMapping MINIMAL = new MinimalMapping();
  static final TestMapping PARTITIONED = new PartitionedMapping();
  static final TestMapping NAMED = new NamedMapping(new UnusualMapping());

  private TestMappings() {}

  /** Returns a mapping by its name, for another process. */
  static TestMapping named(String name) {
    return List.of(BUNDLED, UNUSUAL, SINGLE_TABLE, MINIMAL, PARTITIONED, NAMED).stream()
        .filter(tables -> tables.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
