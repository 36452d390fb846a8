package io.msgvault.embed.testkit;

import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.VectorStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Stores that share a generation among workers, and get it wrong in one way each. */
final class SharedLeaseMutants {
  private SharedLeaseMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.eachVectorStore(
            "VS-20",
            "a stripe has as many holders as want it",
            store -> sharing(store, CommonStripes::new)),
        Mutant.eachVectorStore(
            "VS-20",
            "who is alone has others beside it",
            store -> sharing(store, NeverExclusive::new)),
        Mutant.vectors(
            "VS-20", "what a dead worker had claimed stays claimed", index -> lastingClaims()),
        Mutant.eachVectorStore(
            "VS-20",
            "a lease is granted beside shares",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public Optional<Lease> lease(long generation) {
                    return super.lease(generation)
                        .or(() -> super.sharedLease(generation).map(share -> share));
                  }
                }),
        Mutant.eachVectorStore(
            "VS-17",
            "a worker that shares closes the runs of the others",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public Optional<SharedLease> sharedLease(long generation) {
                    return super.sharedLease(generation)
                        .map(
                            share ->
                                new ForwardingSharedLease(share) {
                                  @Override
                                  public RunRecord beginRun(RunKind kind, Instant started) {
                                    return store.beginRun(generation, kind, started);
                                  }
                                });
                  }
                }),
        Mutant.jobOnVectors(
            "EJ-18",
            "workers do not keep to what they have claimed",
            index -> store -> sharing(store, CommonStripes::new)),
        Mutant.jobOnVectors(
            "EJ-18", "what a dead worker had claimed is left", index -> lastingClaims()),
        Mutant.jobOnVectors(
            "EJ-19",
            "a backstop runs while others write",
            index -> store -> sharing(store, NeverExclusive::new)));
  }

  private static VectorStore sharing(VectorStore store, UnaryOperator<SharedLease> flaw) {
    return new ForwardingVectorStore(store) {
      @Override
      public Optional<SharedLease> sharedLease(long generation) {
        return super.sharedLease(generation).map(flaw);
      }
    };
  }

  private static UnaryOperator<VectorStore> lastingClaims() {
    Set<Long> claimed = ConcurrentHashMap.newKeySet();
    Function<SharedLease, SharedLease> flaw = share -> new LastingClaims(share, claimed);
    return store -> sharing(store, flaw::apply);
  }

  /** Passes each call to another lease; override a method to change it. */
  private static class ForwardingSharedLease implements SharedLease {
    final SharedLease share;

    ForwardingSharedLease(SharedLease share) {
      this.share = share;
    }

    @Override
    public Optional<Lease> claim(long stripe) {
      return share.claim(stripe);
    }

    @Override
    public Optional<Lease> tryExclusive() {
      return share.tryExclusive();
    }

    @Override
    public RunRecord beginRun(RunKind kind, Instant started) {
      return share.beginRun(kind, started);
    }

    @Override
    public boolean isHeld() {
      return share.isHeld();
    }

    @Override
    public void close() {
      share.close();
    }
  }

  private static final class CommonStripes extends ForwardingSharedLease {
    CommonStripes(SharedLease share) {
      super(share);
    }

    @Override
    public Optional<Lease> claim(long stripe) {
      return Optional.of(new Unbinding(() -> {}));
    }
  }

  private static final class NeverExclusive extends ForwardingSharedLease {
    NeverExclusive(SharedLease share) {
      super(share);
    }

    @Override
    public Optional<Lease> tryExclusive() {
      return Optional.of(new Unbinding(() -> {}));
    }
  }

  private static final class LastingClaims extends ForwardingSharedLease {
    private final Set<Long> claimed;

    LastingClaims(SharedLease share, Set<Long> claimed) {
      super(share);
      this.claimed = claimed;
    }

    @Override
    public Optional<Lease> claim(long stripe) {
      return share.isHeld() && claimed.add(stripe)
          ? Optional.of(new Unbinding(() -> claimed.remove(stripe)))
          : Optional.empty();
    }
  }

  /** A lease that the store does not know of. */
  private static final class Unbinding implements Lease {
    private final Runnable free;
    private boolean held = true;

    Unbinding(Runnable free) {
      this.free = free;
    }

    @Override
    public boolean isHeld() {
      return held;
    }

    @Override
    public void close() {
      if (held) {
        held = false;
        free.run();
      }
    }
  }
}
