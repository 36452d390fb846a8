package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.MigrationFixture;
import io.msgvault.embed.testkit.rules.MigrationCrashRules;
import io.msgvault.embed.testkit.rules.MigrationRules;
import io.msgvault.embed.testkit.rules.UnfinishedMigrationRules;

/**
 * Holds a backend's {@link io.msgvault.embed.migration.LegacyIndex} to the rules {@code TO} of the
 * contract. An index from before this library is migrated, and only those messages are embedded
 * again that must be.
 *
 * <pre>{@code
 * class MyMigrationTest extends MigrationConformance {
 *   @Override
 *   protected MigrationFixture newFixture() {
 *     return new MigrationFixture(storage, new MyLegacyTables());
 *   }
 * }
 * }</pre>
 *
 * <p>The operating system kills processes here, too. The system property {@code
 * msgvault.testkit.kills} is the number of kills, and {@code msgvault.testkit.messages} is the
 * number of messages in each archive.
 */
public abstract class MigrationConformance extends ConformanceSuite
    implements MigrationRules, UnfinishedMigrationRules, MigrationCrashRules {
  /** For subclasses, which need a constructor without parameters. */
  protected MigrationConformance() {}

  /** Opens an archive and an index, empty, and a host that has no tables yet. */
  protected abstract MigrationFixture newFixture();

  @Override
  public final MigrationFixture openFixture() {
    return newFixture();
  }
}
