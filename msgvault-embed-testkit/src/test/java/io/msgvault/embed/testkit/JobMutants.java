package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Jobs that are broken in one way each. There is one job, so its flaws are put into the stores that
 * it works on: to an observer a store that writes vectors after the stamps is a job that does.
 */
final class JobMutants {
  private JobMutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>();
    all.addAll(filling());
    all.addAll(running());
    all.addAll(keeping());
    all.addAll(spending());
    return all;
  }

  private static List<Mutant> keeping() {
    return List.of(
        Mutant.jobOnVectors(
            "EJ-25",
            "a retired generation is dropped whatever its age",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void dropRetired(Instant before) {
                        super.dropRetired(Instant.MAX);
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-25",
            "a former generation is built anew",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public Generation revive(long generation) {
                        throw new GenerationStateException(
                            generation, Generation.State.RETIRED, "create a new one");
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-29",
            "a copy forgets a message",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<MessageRevision> messageIds(
                          long generation, long afterId, int limit) {
                        return super.messageIds(generation, afterId, limit).stream()
                            .filter(message -> message.messageId() != 2)
                            .toList();
                      }
                    }));
  }

  private static List<Mutant> spending() {
    return List.of(
        Mutant.job(
            "EJ-26",
            "the last batch of a run that did not come to its end is lost",
            JobMutants::forgettingLastBatch),
        Mutant.job("EJ-27", "a transaction is open while a run waits", JobMutants::lockingArchive),
        Mutant.jobOnMessages(
            "EJ-28",
            "the listing of what is live lacks its first message",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<MessageRevision> live(Scope scope, long afterId, int limit) {
                        return super.live(scope, Math.max(1, afterId), limit);
                      }
                    }));
  }

  private static StorageFixture forgettingLastBatch() {
    Set<Long> lastBatch = ConcurrentHashMap.newKeySet();
    List<Runnable> forget = new ArrayList<>();
    return new StorageFixture(
        new Mutant.FlawedArchive(
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                        lastBatch.clear();
                        stamps.forEach(stamp -> lastBatch.add(stamp.messageId()));
                        forget.clear();
                        forget.add(() -> super.unstamp(lastBatch));
                        return super.stamp(target, stamps);
                      }
                    },
            archive -> archive),
        new Mutant.FlawedIndex(
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void endRun(RunRecord ended) {
                        if (ended.status() == RunRecord.Status.CANCELLED) {
                          forget.forEach(Runnable::run);
                          super.delete(ended.generation(), lastBatch);
                        }
                        super.endRun(ended);
                      }
                    }));
  }

  private static List<Mutant> filling() {
    return List.of(
        Mutant.job("EJ-1", "vectors are written after their stamps", JobMutants::delayedVectors),
        Mutant.jobOnMessages(
            "EJ-2",
            "the last message of a page is forgotten",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<Message> scan(
                          long target, Scope scope, long afterId, ScanLimits limits) {
                        List<Message> page = super.scan(target, scope, afterId, limits);
                        return page.subList(0, Math.max(0, page.size() - 1));
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-3",
            "vectors of a message that became blank stay",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void delete(long generation, Collection<Long> messageIds) {
                        super.delete(generation, List.of());
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-4",
            "a missed stamp counts as success",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                        super.stamp(target, stamps);
                        return Set.of();
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-4",
            "a text that moved in between is stamped all the same",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                        List<Stamp> fresh = new ArrayList<>();
                        for (Stamp stamp : stamps) {
                          for (Message now : super.find(List.of(stamp.messageId()), 1)) {
                            fresh.add(new Stamp(now.id(), now.revision(), stamp.outcome()));
                          }
                        }
                        return super.stamp(target, fresh);
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-5",
            "a refused message is stamped as blank",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                        return super.stamp(
                            target,
                            stamps.stream()
                                .map(
                                    stamp ->
                                        stamp.outcome() instanceof Stamp.Rejected
                                            ? new Stamp(
                                                stamp.messageId(),
                                                stamp.revision(),
                                                new Stamp.Blank())
                                            : stamp)
                                .toList());
                      }
                    }),
        Mutant.job(
            "EJ-5",
            "an embedder that turns bad costs the messages that were read their vectors",
            JobMutants::rejectingAfterFailure),
        Mutant.jobOnMessages(
            "EJ-5",
            "a text that fails for now each time is never rejected",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                        return super.stamp(
                            target,
                            stamps.stream()
                                .filter(
                                    stamp -> !stamp.outcome().equals(new Stamp.Rejected("not now")))
                                .toList());
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-5",
            "a rejected message is never tried again",
            archive -> {
              Set<Long> rejected = ConcurrentHashMap.newKeySet();
              return store -> keepingRejected(store, rejected);
            }),
        Mutant.jobOnMessages(
            "EJ-6",
            "a failed run does not say what it did",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                        super.stamp(target, stamps);
                        return new HashSet<>(stamps.stream().map(Stamp::messageId).toList());
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-15",
            "the scope is looked at after the embedder has seen the text",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<Message> scan(
                          long target, Scope scope, long afterId, ScanLimits limits) {
                        return super.scan(target, Scope.ALL, afterId, limits);
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-16",
            "the watermark goes to the end of the page",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public boolean advanceWatermark(long generation, Watermark from, long to) {
                        return super.advanceWatermark(generation, from, to + 4);
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-16",
            "a repair lowers no watermark",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void lowerWatermarks(long belowId) {
                        super.lowerWatermarks(Long.MAX_VALUE);
                      }
                    }),
        Mutant.job(
            "EJ-10",
            "a backstop leaves wrong counts as they are",
            () ->
                new StorageFixture(
                    new MessageStoreMutants.MiscountingArchive(false, false),
                    new InMemoryIndexFixture())),
        Mutant.jobOnMessages(
            "EJ-17",
            "a run may stamp messages that were unstamped since it read them",
            archive -> JobMutants::dropping));
  }

  private static MessageStore keepingRejected(MessageStore store, Set<Long> rejected) {
    return new ForwardingMessageStore(store) {
      @Override
      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
        stamps.stream()
            .filter(stamp -> stamp.outcome() instanceof Stamp.Rejected)
            .forEach(stamp -> rejected.add(stamp.messageId()));
        return super.stamp(target, stamps);
      }

      @Override
      public void unstamp(Collection<Long> ids) {
        super.unstamp(ids.stream().filter(id -> !rejected.contains(id)).toList());
      }
    };
  }

  /** The messages that a run has read and not settled, by id. */
  private static final class Unsettled {
    private final Map<Long, Stamp> rejections = new HashMap<>();
    private Runnable reject = () -> {};
  }

  private static StorageFixture rejectingAfterFailure() {
    Unsettled unsettled = new Unsettled();
    return new StorageFixture(
        new Mutant.FlawedArchive(
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<Message> scan(
                          long target, Scope scope, long afterId, ScanLimits limits) {
                        List<Message> page = super.scan(target, scope, afterId, limits);
                        for (Message message : page) {
                          unsettled.rejections.put(
                              message.id(),
                              new Stamp(
                                  message.id(), message.revision(), new Stamp.Rejected("no")));
                        }
                        unsettled.reject = () -> super.stamp(target, unsettled.rejections.values());
                        return page;
                      }

                      @Override
                      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                        stamps.forEach(stamp -> unsettled.rejections.remove(stamp.messageId()));
                        return super.stamp(target, stamps);
                      }
                    },
            archive -> archive),
        new Mutant.FlawedIndex(
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void endRun(RunRecord ended) {
                        if (ended.status() == RunRecord.Status.FAILED) {
                          unsettled.reject.run();
                        }
                        super.endRun(ended);
                      }
                    }));
  }

  private static MessageStore dropping(MessageStore store) {
    Set<Long> unstamped = ConcurrentHashMap.newKeySet();
    return new ForwardingMessageStore(store) {
      @Override
      public void unstamp(Collection<Long> ids) {
        super.unstamp(ids);
        unstamped.addAll(ids);
      }

      @Override
      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
        List<Stamp> landing = new ArrayList<>();
        for (Stamp stamp : stamps) {
          List<Message> now =
              unstamped.contains(stamp.messageId())
                  ? super.find(List.of(stamp.messageId()), 1)
                  : List.of();
          landing.add(
              now.isEmpty()
                  ? stamp
                  : new Stamp(stamp.messageId(), now.get(0).revision(), stamp.outcome()));
        }
        return super.stamp(target, landing);
      }
    };
  }

  /**
   * Vectors that wait until after their stamp for the next call, which a killed process never
   * makes.
   */
  private static final class DelayedWrites {
    private final List<Runnable> vectors = new ArrayList<>();
    private boolean stamped;

    void catchUp() {
      if (stamped) {
        vectors.forEach(Runnable::run);
        vectors.clear();
        stamped = false;
      }
    }

    void lose() {
      vectors.clear();
      stamped = false;
    }
  }

  private static StorageFixture delayedVectors() {
    DelayedWrites late = new DelayedWrites();
    return new StorageFixture(
        new Mutant.FlawedArchive(
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                        Set<Long> missed = super.stamp(target, stamps);
                        late.stamped = true;
                        return missed;
                      }

                      @Override
                      public boolean supportsSeekingScan() {
                        late.catchUp();
                        return super.supportsSeekingScan();
                      }

                      @Override
                      public void close() {
                        late.lose();
                        super.close();
                      }
                    },
            archive -> archive),
        new Mutant.FlawedIndex(
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void upsert(long generation, Collection<MessageVectors> batch) {
                        super.upsert(generation, List.of());
                        late.vectors.add(() -> super.upsert(generation, batch));
                      }

                      @Override
                      public void delete(long generation, Collection<Long> messageIds) {
                        late.catchUp();
                        super.delete(generation, messageIds);
                      }
                    }));
  }

  private static List<Mutant> running() {
    return List.of(
        Mutant.jobOnVectors(
            "EJ-7",
            "retired generations are forgotten, and a new one is begun unasked",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<Generation> generations() {
                        return super.generations().stream()
                            .filter(generation -> generation.state() != Generation.State.RETIRED)
                            .toList();
                      }
                    }),
        Mutant.jobOnVectors(
            "VS-16",
            "an index is used whichever archive it belongs to",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void bind(UUID archive) {
                        super.generations();
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-8",
            "a generation is activated without a look at its coverage",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void activate(long generation, CoverageCheck check) {
                        super.activate(generation, CoverageCheck.NONE);
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-9",
            "the time of a backstop is not kept",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void recordBackstop(long generation, Instant began) {
                        super.watermark(generation);
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-9",
            "a backstop counts when it begins",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public RunRecord beginRun(long generation, RunKind kind, Instant started) {
                        if (kind == RunKind.BACKSTOP) {
                          super.recordBackstop(generation, started);
                        }
                        return super.beginRun(generation, kind, started);
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-10",
            "the backstop does not look for lost vectors",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<MessageRevision> embeddedIds(
                          long target, long afterId, int limit) {
                        super.embeddedIds(target, afterId, limit);
                        return List.of();
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-10",
            "the backstop does not look for orphans",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<MessageRevision> messageIds(
                          long generation, long afterId, int limit) {
                        return super.messageIds(generation, afterId, limit).stream()
                            .filter(message -> message.messageId() <= 5)
                            .toList();
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-11",
            "a run goes on when its generation is retired",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void upsert(long generation, Collection<MessageVectors> batch) {
                        try {
                          super.upsert(generation, batch);
                        } catch (GenerationStateException e) {
                          return;
                        }
                      }

                      @Override
                      public List<Generation> generations() {
                        return super.generations().stream().map(JobMutants::unretired).toList();
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-12",
            "every run gets a lease",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public Optional<Lease> lease(long generation) {
                        super.watermark(generation);
                        return Optional.of(new Unbinding());
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-13",
            "the record of a run that was ended stays open",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void endRun(RunRecord ended) {
                        if (ended.status() == RunRecord.Status.COMPLETED) {
                          super.endRun(ended);
                        }
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-20",
            "the text that vectors were made from is forgotten",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<MessageVectors> vectors(
                          long generation, Collection<Long> messageIds) {
                        return super.vectors(generation, messageIds).stream()
                            .map(
                                message ->
                                    MessageVectors.withoutTextDigest(
                                        message.messageId(), message.revision(), message.chunks()))
                            .toList();
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-20",
            "blank messages are not listed",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<Long> blankIds(long target, long afterId, int limit) {
                        super.blankIds(target, afterId, limit);
                        return List.of();
                      }
                    }),
        Mutant.jobOnVectors(
            "SR-5",
            "new vectors keep the digest of the old text",
            index -> JobMutants::keepingDigests),
        Mutant.job(
            "EJ-14", "a transaction is open from scan to stamp", JobMutants::lockingArchive));
  }

  private static VectorStore keepingDigests(VectorStore store) {
    return new ForwardingVectorStore(store) {
      @Override
      public void upsert(long generation, Collection<MessageVectors> batch) {
        super.upsert(
            generation, batch.stream().map(message -> keepDigest(generation, message)).toList());
      }

      private MessageVectors keepDigest(long generation, MessageVectors message) {
        return super.vectors(generation, List.of(message.messageId())).stream()
            .findFirst()
            .map(
                before ->
                    new MessageVectors(
                        message.messageId(),
                        message.revision(),
                        before.textDigest(),
                        message.chunks()))
            .orElse(message);
      }
    };
  }

  /** A lease that binds no worker. */
  private static final class Unbinding implements Lease {
    @Override
    public boolean isHeld() {
      return true;
    }

    @Override
    public void close() {
      // No worker was bound.
    }
  }

  private static StorageFixture lockingArchive() {
    Semaphore lock = new Semaphore(1);
    return new StorageFixture(
        new Mutant.FlawedArchive(
            archive -> store -> new Locking(store, lock),
            archive ->
                new ForwardingArchiveWriter(archive) {
                  @Override
                  public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
                    lock.acquireUninterruptibly();
                    super.updateMetadata(id, metadata);
                    lock.release();
                  }
                }),
        new InMemoryIndexFixture());
  }

  private static final class Locking extends ForwardingMessageStore {
    private final Semaphore lock;
    private boolean locked;

    Locking(MessageStore store, Semaphore lock) {
      super(store);
      this.lock = lock;
    }

    @Override
    public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
      List<Message> page = super.scan(target, scope, afterId, limits);
      if (!locked && !page.isEmpty()) {
        lock.acquireUninterruptibly();
        locked = true;
      }
      return page;
    }

    @Override
    public Set<Long> stamp(long target, Collection<Stamp> stamps) {
      Set<Long> missed = super.stamp(target, stamps);
      if (locked) {
        lock.release();
        locked = false;
      }
      return missed;
    }
  }

  private static Generation unretired(Generation generation) {
    return generation.state() == Generation.State.RETIRED
        ? generation.toBuilder().state(Generation.State.ACTIVE).build()
        : generation;
  }
}
