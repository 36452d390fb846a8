package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.testkit.MigrationFixture;
import io.msgvault.embed.testkit.model.MigrationUnderTest;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Gives the rules of migrations an archive and the tables of a host each. */
public interface MigrationContext extends SuiteContext {
  /** Opens storage for one test: archive and index are empty, and the host has no tables. */
  MigrationFixture openFixture();

  default MigrationUnderTest openMigration() {
    return new MigrationUnderTest(openFixture());
  }

  static Set<Long> ids(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Set<Long> except(Set<Long> ids, Long... others) {
    Set<Long> rest = new TreeSet<>(ids);
    Arrays.asList(others).forEach(rest::remove);
    return rest;
  }

  default MigrationUnderTest openImported(int count) {
    MigrationUnderTest host = openMigration();
    host.fill(count);
    host.createVectors(ids(1, count));
    host.createQueue();
    return host;
  }
}
