package io.msgvault.embed.pgvector;

import io.msgvault.embed.Lease;
import io.msgvault.embed.RunRecord;
import io.msgvault.embed.SharedLease;
import io.msgvault.embed.pgvector.AdvisoryLocks.Mode;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The lock of a generation's lease, taken in shared mode, and in the same session a lock for each
 * stripe that was claimed, and one that says that the worker is alive.
 */
final class PgSharedLease implements SharedLease {
  private final AdvisoryLocks locks;
  private final String name;
  private final RunOpener runs;
  private final BooleanSupplier indexIsBeingBuilt;
  private final Runnable giveBack;

  /** Writes the record of a run. */
  @FunctionalInterface
  interface RunOpener {
    RunRecord begin(boolean backstop, Instant started);
  }

  /**
   * A shared lease.
   *
   * @param locks has the lease's lock in shared mode
   * @param name the name of that lock
   * @param indexIsBeingBuilt whether writes to the generation would have to wait for that
   * @param giveBack gives all locks back
   */
  PgSharedLease(
      AdvisoryLocks locks,
      String name,
      RunOpener runs,
      BooleanSupplier indexIsBeingBuilt,
      Runnable giveBack) {
    this.locks = locks;
    this.name = name;
    this.runs = runs;
    this.indexIsBeingBuilt = indexIsBeingBuilt;
    this.giveBack = giveBack;
  }

  @Override
  public boolean held() {
    return locks.holdsAll();
  }

  @Override
  public Optional<Lease> claim(long stripe) {
    return indexIsBeingBuilt.getAsBoolean()
        ? Optional.empty()
        : exclusive(name + " stripe " + stripe);
  }

  @Override
  public Optional<Lease> alone() {
    return exclusive(name);
  }

  private Optional<Lease> exclusive(String lock) {
    return locks.take(lock, Mode.EXCLUSIVE)
        ? Optional.of(new PgLease(locks, lock, () -> locks.giveBack(lock, Mode.EXCLUSIVE)))
        : Optional.empty();
  }

  @Override
  public RunRecord beginRun(boolean backstop, Instant started) {
    return runs.begin(backstop, started);
  }

  @Override
  public void close() {
    giveBack.run();
  }
}
