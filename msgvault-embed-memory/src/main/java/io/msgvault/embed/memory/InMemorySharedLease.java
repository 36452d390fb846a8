package io.msgvault.embed.memory;

import io.msgvault.embed.memory.InMemoryIndex.Entry;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.SharedLease;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A share in a generation of an index in memory. */
final class InMemorySharedLease implements SharedLease {
  private final InMemoryVectorStore store;
  private final InMemoryIndex index;
  private final long generation;
  private Optional<Lease> alone = Optional.empty();

  InMemorySharedLease(InMemoryVectorStore store, InMemoryIndex index, long generation) {
    this.store = store;
    this.index = index;
    this.generation = generation;
  }

  private Entry entry() {
    return index.entry(generation);
  }

  boolean isOf(InMemoryVectorStore other) {
    return store == other;
  }

  @Override
  public boolean isHeld() {
    synchronized (index) {
      return entry().sharing.contains(this);
    }
  }

  @Override
  public Optional<Lease> claim(long stripe) {
    synchronized (index) {
      if (!isHeld() || entry().stripes.putIfAbsent(stripe, this) != null) {
        return Optional.empty();
      }
      return Optional.of(new Claim(stripe));
    }
  }

  @Override
  public Optional<Lease> tryExclusive() {
    synchronized (index) {
      if (!isHeld() || entry().sharing.size() > 1) {
        return Optional.empty();
      }
      Optional<Lease> exclusive = store.tryLease(entry());
      alone = exclusive.or(() -> alone);
      return exclusive;
    }
  }

  @Override
  public RunRecord beginRun(RunKind kind, Instant started) {
    synchronized (index) {
      RunRecord begun =
          store.begin(generation, kind, started, run -> !isAlive(index.workers.get(run.id())));
      index.workers.put(begun.id(), this);
      return begun;
    }
  }

  private boolean isAlive(@Nullable InMemorySharedLease worker) {
    return worker != null && worker != this && worker.isHeld();
  }

  @Override
  public void close() {
    synchronized (index) {
      if (entry().sharing.remove(this)) {
        entry().stripes.values().removeIf(this::equals);
        alone.ifPresent(Lease::close);
      }
    }
  }

  /** A stripe of this worker. */
  private final class Claim implements Lease {
    private final long stripe;
    private boolean closed;

    Claim(long stripe) {
      this.stripe = stripe;
    }

    @Override
    public boolean isHeld() {
      synchronized (index) {
        return !closed && InMemorySharedLease.this.isHeld();
      }
    }

    @Override
    public void close() {
      synchronized (index) {
        if (isHeld()) {
          closed = true;
          entry().stripes.remove(stripe);
        }
      }
    }
  }
}
