package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.MigrationConformance;
import java.util.Objects;

/**
 * An archive whose index is migrated, as {@link MigrationConformance} sees it.
 *
 * @param storage the archive and the index
 * @param tables the host's tables beside the archive; they go with it
 */
public record MigrationFixture(StorageFixture storage, LegacyTables tables) {
  /** Checks that nothing is null. */
  public MigrationFixture {
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(tables, "tables");
  }
}
