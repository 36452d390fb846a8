package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.store.support.GenerationLifecycle;
import io.msgvault.embed.store.support.VectorMath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Vector stores that are broken in one way each. */
final class VectorStoreMutants {
  private VectorStoreMutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>();
    all.addAll(generations());
    all.addAll(writes());
    all.addAll(searches());
    all.addAll(bookKeeping());
    all.addAll(hosts());
    return all;
  }

  // Generations

  private static List<Mutant> generations() {
    return List.of(
        Mutant.vectors(
            "VS-1", "create looks first and inserts later", VectorStoreMutants::racingCreation),
        Mutant.eachVectorStore(
            "VS-2",
            "whatever is being built is resumed",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public Generation create(Fingerprint fingerprint, long id) {
                    try {
                      return super.create(fingerprint, id);
                    } catch (GenerationConflictException e) {
                      return e.building();
                    }
                  }
                }),
        Mutant.eachVectorStore(
            "VS-2",
            "a build is resumed by its model alone",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public Generation create(Fingerprint fingerprint, long id) {
                    return building()
                        .filter(
                            building -> building.fingerprint().model().equals(fingerprint.model()))
                        .orElseGet(() -> super.create(fingerprint, id));
                  }
                }),
        Mutant.eachVectorStore(
            "VS-3",
            "an id that was used is quietly replaced by the next",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public Generation create(Fingerprint fingerprint, long id) {
                    long next =
                        generations().stream().mapToLong(Generation::id).max().orElse(0) + 1;
                    return super.create(fingerprint, Math.max(id, next));
                  }
                }),
        Mutant.eachVectorStore(
            "VS-3",
            "reclaimed generations are forgotten",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public List<Generation> generations() {
                    return super.generations().stream()
                        .filter(
                            g ->
                                g.state() != Generation.State.RETIRED
                                    || super.size(g.id()).messages() > 0)
                        .toList();
                  }
                }),
        Mutant.eachVectorStore(
            "VS-4",
            "coverage is checked before the life cycle",
            activating(
                (real, generation, check) -> {
                  real.generation(generation).ifPresent(check::require);
                  real.activate(generation, check);
                })),
        Mutant.eachVectorStore(
            "VS-4",
            "who overrides the coverage overrides the life cycle",
            activating(
                (real, generation, check) -> {
                  try {
                    real.activate(generation, check);
                  } catch (GenerationStateException e) {
                    if (check != CoverageCheck.NONE) {
                      throw e;
                    }
                  }
                })),
        Mutant.eachVectorStore(
            "VS-4",
            "the previous generation is retired first, and for a moment none serves",
            activating(
                (real, generation, check) -> {
                  boolean building = real.building().filter(g -> g.id() == generation).isPresent();
                  if (building) {
                    real.active().ifPresent(previous -> real.forceRetire(previous.id()));
                  }
                  real.activate(generation, check);
                })),
        Mutant.vectors(
            "VS-4",
            "coverage is checked inside of the transaction",
            index ->
                activating(
                    (real, generation, check) -> {
                      synchronized (index) {
                        real.activate(generation, check);
                      }
                    })),
        Mutant.eachVectorStore(
            "VS-4",
            "a generation retired during the check still serves",
            activating(
                (real, generation, check) -> {
                  real.activate(generation, CoverageCheck.NONE);
                  real.generation(generation).ifPresent(check::require);
                })),
        Mutant.eachVectorStore(
            "VS-5",
            "the serving generation is retired unasked",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public void retire(long generation) {
                    super.forceRetire(generation);
                  }
                }),
        Mutant.eachVectorStore(
            "VS-5",
            "a retired generation finds nothing, without an error",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public List<VectorHit> search(long generation, float[] query, int k) {
                    try {
                      return super.search(generation, query, k);
                    } catch (GenerationStateException e) {
                      return List.of();
                    }
                  }
                }),
        Mutant.eachVectorStore(
            "VS-5",
            "writes to a retired generation are dropped, without an error",
            upserting(
                (real, generation, batch) -> {
                  try {
                    real.upsert(generation, batch);
                  } catch (GenerationStateException e) {
                    return;
                  }
                })),
        Mutant.eachVectorStore(
            "VS-5",
            "the room of a retired generation is never reclaimed",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public void dropRetired(Instant before) {
                    super.generations();
                  }
                }),
        Mutant.eachVectorStore(
            "VS-5",
            "generations are dropped whenever they were retired",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public void dropRetired(Instant before) {
                    super.dropRetired(Instant.MAX);
                  }
                }),
        Mutant.eachVectorStore(
            "VS-5",
            "a retired generation refuses to delete",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public void delete(long generation, Collection<Long> messageIds) {
                    GenerationLifecycle.requireWritable(super.generation(generation).orElseThrow());
                    super.delete(generation, messageIds);
                  }
                }),
        Mutant.eachVectorStore(
            "VS-22",
            "a revived generation is empty",
            reviving(
                (real, generation) -> {
                  Generation revived = real.revive(generation);
                  real.delete(generation, LongStream.rangeClosed(1, 100).boxed().toList());
                  return revived;
                })),
        Mutant.eachVectorStore(
            "VS-22",
            "the building generation is retired for one that is revived",
            reviving(
                (real, generation) -> {
                  real.building().ifPresent(building -> real.retire(building.id()));
                  return real.revive(generation);
                })),
        Mutant.eachVectorStore(
            "VS-22",
            "a revived generation keeps the time of its last backstop",
            reviving(
                (real, generation) -> {
                  Optional<Instant> last =
                      real.generation(generation).flatMap(Generation::lastBackstop);
                  real.revive(generation);
                  last.ifPresent(began -> real.recordBackstop(generation, began));
                  return real.generation(generation).orElseThrow();
                })),
        Mutant.eachVectorStore(
            "VS-22",
            "a live generation is said to be revived",
            reviving(
                (real, generation) -> {
                  try {
                    return real.revive(generation);
                  } catch (GenerationStateException e) {
                    return real.generation(generation).orElseThrow();
                  }
                })));
  }

  private static UnaryOperator<VectorStore> reviving(Reviving reviving) {
    return store ->
        new ForwardingVectorStore(store) {
          @Override
          public Generation revive(long generation) {
            return reviving.revive(super.store, generation);
          }
        };
  }

  private interface Reviving {
    Generation revive(VectorStore real, long generation);
  }

  private interface Activating {
    void activate(VectorStore real, long generation, CoverageCheck check);
  }

  private static UnaryOperator<VectorStore> activating(Activating activating) {
    return store ->
        new ForwardingVectorStore(store) {
          @Override
          public void activate(long generation, CoverageCheck check) {
            activating.activate(super.store, generation, check);
          }
        };
  }

  /** Two that look at once both find nothing; the later one's insert replaces the other's. */
  private static UnaryOperator<VectorStore> racingCreation(InMemoryIndex index) {
    Rendezvous meeting = new Rendezvous();
    return store ->
        new ForwardingVectorStore(store) {
          @Override
          public Generation create(Fingerprint fingerprint, long id) {
            long highest = super.generations().stream().mapToLong(Generation::id).max().orElse(0);
            if (super.building().isPresent() || id <= highest) {
              return super.create(fingerprint, id);
            }
            meeting.await();
            Generation created = Generation.builder(id, fingerprint, index.clock.instant()).build();
            synchronized (index) {
              index.generations.put(id, new InMemoryIndex.Entry(created));
            }
            return created;
          }
        };
  }

  // Writes

  private static List<Mutant> writes() {
    return List.of(
        Mutant.eachVectorStore(
            "VS-6",
            "chunks beyond the new ones stay",
            upserting(
                (real, generation, batch) ->
                    real.upsert(generation, withOldTails(real, generation, batch)))),
        Mutant.eachVectorStore(
            "VS-6",
            "a message that is there already is left as it is",
            upserting(
                (real, generation, batch) ->
                    real.upsert(
                        generation,
                        batch.stream()
                            .filter(m -> real.vectors(generation, List.of(m.messageId())).isEmpty())
                            .toList()))),
        Mutant.eachVectorStore(
            "VS-6",
            "vectors are stored with fewer bits",
            upserting(
                (real, generation, batch) ->
                    real.upsert(
                        generation,
                        batch.stream().map(m -> each(m, VectorStoreMutants::rounded)).toList()))),
        Mutant.eachVectorStore(
            "VS-6",
            "a batch that was checked is written message by message",
            upserting(
                (real, generation, batch) -> {
                  MessageVectors.requireValid(
                      batch,
                      real.generation(generation)
                          .orElseThrow(() -> new UnknownGenerationException(generation))
                          .fingerprint()
                          .dimension());
                  for (MessageVectors message : batch) {
                    real.upsert(generation, List.of(message));
                    Rendezvous.pause();
                  }
                })),
        Mutant.eachVectorStore(
            "VS-7",
            "messages are written one by one until one does not fit",
            upserting(
                (real, generation, batch) ->
                    batch.forEach(m -> real.upsert(generation, List.of(m))))),
        Mutant.eachVectorStore(
            "VS-7",
            "not-a-number is taken for zero",
            upserting(
                (real, generation, batch) ->
                    real.upsert(
                        generation,
                        batch.stream().map(m -> each(m, VectorStoreMutants::repaired)).toList()))),
        Mutant.eachVectorStore(
            "VS-7",
            "an unknown generation is empty",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public IndexSize size(long generation) {
                    try {
                      return super.size(generation);
                    } catch (UnknownGenerationException e) {
                      return new IndexSize(0, 0);
                    }
                  }
                }),
        Mutant.eachVectorStore(
            "VS-8",
            "the last batch is lost when the store is closed",
            store ->
                new ForwardingVectorStore(store) {
                  private Runnable lose = () -> {};

                  @Override
                  public void upsert(long generation, Collection<MessageVectors> batch) {
                    super.upsert(generation, batch);
                    List<Long> ids = batch.stream().map(MessageVectors::messageId).toList();
                    lose = () -> super.delete(generation, ids);
                  }

                  @Override
                  public void close() {
                    lose.run();
                    lose = () -> {};
                    super.close();
                  }
                }),
        Mutant.eachVectorStore(
            "VS-9",
            "messages are counted by their chunks",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public IndexSize size(long generation) {
                    IndexSize size = super.size(generation);
                    return new IndexSize(size.chunks(), size.chunks());
                  }
                }),
        Mutant.eachVectorStore(
            "VS-9",
            "deletion of an absent message is an error",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public void delete(long generation, Collection<Long> messageIds) {
                    if (super.vectors(generation, messageIds).size()
                        < new HashSet<>(messageIds).size()) {
                      throw new IllegalArgumentException("not there");
                    }
                    super.delete(generation, messageIds);
                  }
                }),
        Mutant.vectors(
            "VS-9",
            "a deletion is made in every generation",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void delete(long generation, Collection<Long> messageIds) {
                        super.delete(generation, messageIds);
                        for (Generation other : super.generations()) {
                          if (other.state() != Generation.State.RETIRED) {
                            super.delete(other.id(), messageIds);
                          }
                        }
                      }
                    }),
        Mutant.eachVectorStore(
            "VS-12",
            "the chunks of a message are replaced one by one",
            upserting(
                (real, generation, batch) -> {
                  for (MessageVectors message : batch) {
                    List<ChunkVector> old =
                        real.vectors(generation, List.of(message.messageId())).stream()
                            .flatMap(previous -> previous.chunks().stream())
                            .toList();
                    List<ChunkVector> mixed = new ArrayList<>(message.chunks().subList(0, 1));
                    mixed.addAll(old);
                    real.upsert(generation, List.of(withChunks(message, mixed)));
                    Rendezvous.pause();
                  }
                  real.upsert(generation, batch);
                })),
        Mutant.eachVectorStore(
            "VS-12", "what was searched once is answered from memory", Caching::new),
        Mutant.eachVectorStore(
            "VS-12",
            "writes wait in memory for the next call of their instance",
            WritingBehind::new));
  }

  private interface Upserting {
    void upsert(VectorStore real, long generation, Collection<MessageVectors> batch);
  }

  private static UnaryOperator<VectorStore> upserting(Upserting upserting) {
    return store ->
        new ForwardingVectorStore(store) {
          @Override
          public void upsert(long generation, Collection<MessageVectors> batch) {
            upserting.upsert(super.store, generation, batch);
          }
        };
  }

  private static List<MessageVectors> withOldTails(
      VectorStore real, long generation, Collection<MessageVectors> batch) {
    List<MessageVectors> result = new ArrayList<>();
    for (MessageVectors message : batch) {
      List<ChunkVector> chunks = new ArrayList<>(message.chunks());
      for (MessageVectors old : real.vectors(generation, List.of(message.messageId()))) {
        if (old.chunks().size() > chunks.size()) {
          chunks.addAll(old.chunks().subList(chunks.size(), old.chunks().size()));
        }
      }
      result.add(withChunks(message, chunks));
    }
    return result;
  }

  private static MessageVectors withChunks(MessageVectors message, List<ChunkVector> chunks) {
    return new MessageVectors(
        message.messageId(), message.revision(), message.textDigest(), chunks);
  }

  private static MessageVectors each(MessageVectors message, UnaryOperator<float[]> change) {
    return withChunks(
        message,
        message.chunks().stream()
            .map(chunk -> new ChunkVector(chunk.start(), chunk.end(), change.apply(chunk.vector())))
            .toList());
  }

  private static float[] rounded(float[] vector) {
    float[] rounded = vector.clone();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = Float.intBitsToFloat(Float.floatToIntBits(rounded[i]) & 0xffff0000);
    }
    return rounded;
  }

  private static float[] repaired(float[] vector) {
    float[] repaired = vector.clone();
    for (int i = 0; i < repaired.length; i++) {
      repaired[i] = Float.isNaN(repaired[i]) ? 0 : repaired[i];
    }
    return repaired;
  }

  private static final class Caching extends ForwardingVectorStore {
    private final Map<List<Object>, List<VectorHit>> known = new ConcurrentHashMap<>();

    Caching(VectorStore store) {
      super(store);
    }

    @Override
    public void upsert(long generation, Collection<MessageVectors> batch) {
      super.upsert(generation, batch);
      known.clear();
    }

    @Override
    public void delete(long generation, Collection<Long> messageIds) {
      super.delete(generation, messageIds);
      known.clear();
    }

    @Override
    public List<VectorHit> search(long generation, float[] query, int k) {
      if (super.generation(generation)
          .filter(g -> g.state() != Generation.State.RETIRED)
          .isEmpty()) {
        return super.search(generation, query, k);
      }
      return known.computeIfAbsent(
          List.of(generation, k, new ChunkVector(0, 1, query)),
          unknown -> super.search(generation, query, k));
    }
  }

  private static final class WritingBehind extends ForwardingVectorStore {
    private final List<Runnable> waiting = new ArrayList<>();

    WritingBehind(VectorStore store) {
      super(store);
    }

    private synchronized void flush() {
      waiting.forEach(Runnable::run);
      waiting.clear();
    }

    @Override
    public synchronized void upsert(long generation, Collection<MessageVectors> batch) {
      flush();
      for (MessageVectors message : batch) {
        for (ChunkVector chunk : message.chunks()) {
          VectorMath.requireValid(
              "message", chunk.vector(), chunk.vector().length == 0 ? 1 : chunk.vector().length);
        }
      }
      super.upsert(generation, List.of());
      waiting.add(() -> super.upsert(generation, batch));
    }

    @Override
    public List<MessageVectors> vectors(long generation, Collection<Long> messageIds) {
      flush();
      return super.vectors(generation, messageIds);
    }

    @Override
    public List<VectorHit> search(long generation, float[] query, int k) {
      flush();
      return super.search(generation, query, k);
    }

    @Override
    public void close() {
      flush();
      super.close();
    }
  }

  // Searches

  private static List<Mutant> searches() {
    Set<Capability> approximate = Set.of(Capability.OTHER_PROCESSES, Capability.EXACT_SEARCH);
    return List.of(
        Mutant.vectors(
            "VS-10",
            "a message takes a place for each of its chunks",
            index -> searching(index, VectorStoreMutants::chunks)),
        Mutant.vectors(
            "VS-10",
            "the best chunks are limited before they are grouped",
            index ->
                searching(
                    index,
                    (all, query, k) -> {
                      Set<Long> seen = new HashSet<>();
                      return chunks(all, query, k).stream()
                          .filter(hit -> seen.add(hit.messageId()))
                          .toList();
                    })),
        Mutant.eachVectorStore(
            "VS-19",
            "a search among messages finds others too",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public List<VectorHit> search(
                      long generation, float[] query, int k, Collection<Long> messageIds) {
                    return super.search(generation, query, k);
                  }
                }),
        Mutant.eachVectorStore(
            "VS-19",
            "messages outside the ids are left out of the best and not replaced",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public List<VectorHit> search(
                      long generation, float[] query, int k, Collection<Long> messageIds) {
                    return super.search(generation, query, k).stream()
                        .filter(hit -> messageIds.contains(hit.messageId()))
                        .toList();
                  }
                }),
        Mutant.vectors(
            "VS-10",
            "the recall is less than stated",
            approximate,
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<VectorHit> search(long generation, float[] query, int k) {
                        List<VectorHit> hits = super.search(generation, query, 2 * k);
                        List<VectorHit> worse = new ArrayList<>();
                        for (VectorHit hit : hits) {
                          if (hit.messageId() % 5 != 0 || hits.size() < 2 * k) {
                            worse.add(hit);
                          }
                        }
                        return worse.subList(0, Math.min(k, worse.size()));
                      }

                      @Override
                      public double recall() {
                        return 0.95;
                      }
                    }),
        Mutant.eachVectorStore(
            "VS-10",
            "approximate searches are declared exact",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public double recall() {
                    return 0.9;
                  }
                }),
        Mutant.eachVectorStore(
            "VS-11",
            "a narrow search looks at the best fifty of all",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public List<VectorHit> searchExactly(
                      long generation, float[] query, int k, Collection<Long> messageIds) {
                    super.searchExactly(generation, query, k, List.of());
                    Set<Long> among = new HashSet<>(messageIds);
                    return super.search(generation, query, 50).stream()
                        .filter(hit -> among.contains(hit.messageId()))
                        .limit(k)
                        .toList();
                  }
                }),
        Mutant.eachVectorStore(
            "VS-11",
            "a narrow search drops the ids beyond 32,766",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public List<VectorHit> searchExactly(
                      long generation, float[] query, int k, Collection<Long> messageIds) {
                    List<Long> few =
                        messageIds.stream().skip(Math.max(0, messageIds.size() - 32_766)).toList();
                    return super.searchExactly(generation, query, k, few);
                  }
                }),
        Mutant.vectors(
            "VS-13",
            "scores are scalar products",
            index ->
                searching(
                    index,
                    (all, query, k) ->
                        best(all, query, k).stream()
                            .map(hit -> scored(hit, hit.score() * length(query)))
                            .toList())),
        Mutant.vectors(
            "VS-13",
            "scores are distances",
            index ->
                searching(
                    index,
                    (all, query, k) ->
                        best(all, query, k).stream()
                            .map(hit -> scored(hit, 1 - hit.score()))
                            .toList())),
        Mutant.vectors(
            "VS-13",
            "equal scores come in the order of writing",
            index ->
                searching(
                    index,
                    (all, query, k) ->
                        best(all, query, all.size() + 1).stream()
                            .sorted(
                                Comparator.comparingDouble(VectorHit::score)
                                    .thenComparing(hit -> hit.messageId() * 7 % 61)
                                    .reversed())
                            .limit(k)
                            .toList())),
        Mutant.vectors(
            "VS-13",
            "a hit names the first chunk, not the best",
            index ->
                searching(
                    index,
                    (all, query, k) ->
                        best(all, query, k).stream()
                            .map(
                                hit ->
                                    new VectorHit(
                                        hit.messageId(), hit.revision(), 0, 12, hit.score()))
                            .toList())));
  }

  private interface Searching {
    List<VectorHit> search(List<MessageVectors> all, float[] query, int k);
  }

  /** Searches its own way, once the true search has checked its arguments. */
  private static UnaryOperator<VectorStore> searching(InMemoryIndex index, Searching searching) {
    return store ->
        new ForwardingVectorStore(store) {
          @Override
          public List<VectorHit> search(long generation, float[] query, int k) {
            super.search(generation, query, k);
            synchronized (index) {
              return searching.search(
                  List.copyOf(index.entry(generation).vectors.values()), query, k);
            }
          }
        };
  }

  private static List<VectorHit> best(List<MessageVectors> all, float[] query, int k) {
    Set<Long> seen = new HashSet<>();
    return chunks(all, query, Integer.MAX_VALUE).stream()
        .filter(hit -> seen.add(hit.messageId()))
        .limit(k)
        .toList();
  }

  private static List<VectorHit> chunks(List<MessageVectors> all, float[] query, int k) {
    return all.stream()
        .flatMap(
            message ->
                message.chunks().stream()
                    .map(
                        chunk ->
                            new VectorHit(
                                message.messageId(),
                                message.revision(),
                                chunk.start(),
                                chunk.end(),
                                VectorMath.cosine(query, chunk.vector()))))
        .sorted(
            Comparator.comparingDouble(VectorHit::score)
                .reversed()
                .thenComparing(VectorHit::messageId))
        .limit(k)
        .toList();
  }

  private static VectorHit scored(VectorHit hit, double score) {
    return new VectorHit(hit.messageId(), hit.revision(), hit.start(), hit.end(), score);
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.sqrt(squares);
  }

  // Book-keeping

  private static List<Mutant> bookKeeping() {
    return List.of(
        Mutant.eachVectorStore(
            "VS-14",
            "an advance overwrites a lowering",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public boolean advanceWatermark(long generation, Watermark from, long to) {
                    Watermark now = super.watermark(generation);
                    return super.advanceWatermark(generation, now, Math.max(now.id(), to));
                  }
                }),
        Mutant.eachVectorStore(
            "VS-14",
            "a watermark is compared by its id alone",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public boolean advanceWatermark(long generation, Watermark from, long to) {
                    Watermark now = super.watermark(generation);
                    return super.advanceWatermark(
                        generation, new Watermark(from.id(), now.epoch()), to);
                  }
                }),
        Mutant.eachVectorStore(
            "VS-14",
            "only the serving generation's watermark is lowered",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public void lowerWatermarks(long belowId) {
                    List<Generation> others =
                        super.generations().stream()
                            .filter(generation -> generation.state() != Generation.State.ACTIVE)
                            .toList();
                    List<Watermark> before =
                        others.stream()
                            .map(generation -> super.watermark(generation.id()))
                            .toList();
                    super.lowerWatermarks(belowId);
                    for (int i = 0; i < others.size(); i++) {
                      long id = others.get(i).id();
                      super.advanceWatermark(id, super.watermark(id), before.get(i).id());
                    }
                  }
                }),
        Mutant.eachVectorStore(
            "VS-15",
            "a lease binds its own instance only",
            store ->
                new ForwardingVectorStore(store) {
                  private final Set<Long> held = ConcurrentHashMap.newKeySet();

                  @Override
                  public Optional<Lease> lease(long generation) {
                    super.watermark(generation);
                    return held.add(generation)
                        ? Optional.of(new LocalLease(() -> held.remove(generation)))
                        : Optional.empty();
                  }
                }),
        Mutant.vectors(
            "VS-15",
            "a lease outlives its holder",
            index -> {
              Set<Long> held = ConcurrentHashMap.newKeySet();
              return store ->
                  new ForwardingVectorStore(store) {
                    @Override
                    public Optional<Lease> lease(long generation) {
                      super.watermark(generation);
                      return held.add(generation)
                          ? Optional.of(new LocalLease(() -> held.remove(generation)))
                          : Optional.empty();
                    }
                  };
            }),
        Mutant.eachVectorStore(
            "VS-16",
            "a store goes with whichever archive comes",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public void bind(UUID archive) {
                    super.generations();
                  }
                }),
        Mutant.eachVectorStore(
            "VS-16",
            "a store does not say to which archive it is bound",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public Optional<UUID> archive() {
                    super.generations();
                    return Optional.empty();
                  }
                }),
        Mutant.vectors(
            "VS-17",
            "a run that was killed stays open",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public RunRecord beginRun(long generation, RunKind kind, Instant started) {
                        synchronized (index) {
                          List<RunRecord> before = List.copyOf(index.runs);
                          RunRecord begun = super.beginRun(generation, kind, started);
                          for (int i = 0; i < before.size(); i++) {
                            index.runs.set(i, before.get(i));
                          }
                          return begun;
                        }
                      }
                    }),
        Mutant.eachVectorStore(
            "VS-17",
            "the history is short",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public List<RunRecord> runs(int limit) {
                    return super.runs(Math.min(limit, 20));
                  }
                }),
        Mutant.eachVectorStore(
            "VS-18",
            "a closed store still searches",
            store ->
                new ForwardingVectorStore(store) {
                  private boolean closed;

                  @Override
                  public List<VectorHit> search(long generation, float[] query, int k) {
                    return closed ? List.of() : super.search(generation, query, k);
                  }

                  @Override
                  public void close() {
                    closed = true;
                    super.close();
                  }
                }));
  }

  /** A lease that no other store knows of. */
  private static final class LocalLease implements Lease {
    private final Runnable free;
    private boolean held = true;

    LocalLease(Runnable free) {
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

  // Hosts that call within a transaction

  private static List<Mutant> hosts() {
    return List.of(
        Mutant.index(
            "VS-21",
            "a call commits the transaction of the host",
            () ->
                new InMemoryIndexFixture() {
                  @Override
                  public HostTransaction<VectorStore> beginHostTransaction() {
                    return InMemoryHostTransaction.committing(calls -> calls.wrap(open()));
                  }
                }));
  }
}
