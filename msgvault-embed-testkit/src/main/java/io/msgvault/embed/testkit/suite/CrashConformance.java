package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.rules.CrashRules;

/**
 * Kills processes. Another virtual machine writes to the archive and runs jobs over the stores. The
 * operating system kills it at a random moment, so it can release nothing. What it leaves must be
 * whole, and the next process must go on from there.
 *
 * <pre>{@code
 * class MyCrashTest extends CrashConformance {
 *   @Override
 *   protected StorageFixture newFixture() {
 *     return new StorageFixture(new MyArchive(), new MyIndex());
 *   }
 * }
 * }</pre>
 *
 * <p>Both fixtures say how another process opens the storage, and the archive's {@linkplain
 * io.msgvault.embed.testkit.OtherProcess.StorageOpener#writer how another process writes to it}.
 * The system property {@code msgvault.testkit.kills} is the number of processes to kill, 15 by
 * default. {@code msgvault.testkit.seed} repeats what they did, though not the exact moment at
 * which each died.
 */
public abstract class CrashConformance extends ConformanceSuite implements CrashRules {
  /** For subclasses, which need a constructor without parameters. */
  protected CrashConformance() {}

  /** Opens an archive and an index on storage of their own, empty. */
  protected abstract StorageFixture newFixture();

  @Override
  public final StorageFixture openFixture() {
    return newFixture();
  }
}
