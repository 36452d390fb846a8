package io.msgvault.embed.pgvector;

import java.util.List;

/** All tables that archives of the tests are over. */
final class Tables {
  static final TestTables BUNDLED = new BundledTables();
  static final TestTables ODD = new OddTables();
  static final TestTables FLAT = new FlatTables();
  static final TestTables BARE = new BareTables();

  private Tables() {}

  /** The tables of a name, for another process. */
  static TestTables named(String name) {
    return List.of(BUNDLED, ODD, FLAT, BARE).stream()
        .filter(tables -> tables.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
