package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.pgvector.internal.db.AdvisoryLocks;
import io.msgvault.embed.pgvector.internal.db.AdvisoryLocks.Mode;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.SharedLease;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A lease that several workers share. It is the lock of the generation's lease in shared mode. The
 * same session holds a lock for each claimed stripe, and one that shows that the worker is alive.
 */
final class PgSharedLease implements SharedLease {
  private final AdvisoryLocks locks;
  private final String name;
  private final RunStarter runs;
  private final BooleanSupplier isIndexBeingBuilt;
  private final Runnable onClose;

  /** Writes the record of a run. */
  @FunctionalInterface
  interface RunStarter {
    RunRecord begin(RunKind kind, Instant started);
  }

  /**
   * Wraps a lock that is held.
   *
   * @param locks the session that has the lease's lock in shared mode
   * @param name the name of that lock
   * @param runs writes the record of a run
   * @param isIndexBeingBuilt returns whether writes to the generation would have to wait
   * @param onClose gives all locks back
   */
  PgSharedLease(
      AdvisoryLocks locks,
      String name,
      RunStarter runs,
      BooleanSupplier isIndexBeingBuilt,
      Runnable onClose) {
    this.locks = locks;
    this.name = name;
    this.runs = runs;
    this.isIndexBeingBuilt = isIndexBeingBuilt;
    this.onClose = onClose;
  }

  @Override
  public Optional<String> lossCause() {
    return locks.lossCause();
  }

  @Override
  public boolean isHeld() {
    return locks.holdsAll();
  }

  @Override
  public Optional<Lease> claim(long stripe) {
    return isIndexBeingBuilt.getAsBoolean()
        ? Optional.empty()
        : tryExclusiveLock(name + " stripe " + stripe);
  }

  @Override
  public Optional<Lease> tryExclusive() {
    return tryExclusiveLock(name);
  }

  private Optional<Lease> tryExclusiveLock(String lock) {
    return locks.tryLock(lock, Mode.EXCLUSIVE)
        ? Optional.of(new PgLease(locks, lock, () -> locks.unlock(lock, Mode.EXCLUSIVE)))
        : Optional.empty();
  }

  @Override
  public RunRecord beginRun(RunKind kind, Instant started) {
    return runs.begin(kind, started);
  }

  @Override
  public void close() {
    onClose.run();
  }
}
