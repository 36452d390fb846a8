package io.msgvault.embed.testkit;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.support.VectorMath;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Migrations that are broken in one way each, by their legacy index or their vector store. */
final class MigrationMutants {
  private MigrationMutants() {}

  static List<Mutant> all() {
    return List.of(
        legacyIndex(
            "TO-1",
            "queued messages are stamped",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      Optional<Set<Long>> waiting(long generation) {
                        return super.waiting(generation).map(all -> Set.of());
                      }
                    }),
        legacyIndex(
            "TO-2",
            "the mark is written before the stamps",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      public Optional<long[]> pendingIds(long generation) {
                        mark(Stage.STAMPED);
                        return super.pendingIds(generation);
                      }

                      @Override
                      public void stamp(Generation generation, List<MessageRevision> messages) {
                        mark(Stage.BEGUN);
                        super.stamp(generation, messages);
                        mark(Stage.STAMPED);
                      }
                    }),
        legacyIndex(
            "TO-3",
            "the mark is forgotten",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      public void finish() {
                        super.finish();
                        mark(Stage.OPEN);
                      }
                    }),
        legacyIndex(
            "TO-4",
            "the second beginning counts",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      public long begin() {
                        super.begin();
                        return latestRevision();
                      }
                    }),
        legacyIndex(
            "TO-4",
            "the beginning is forgotten when the mark is withdrawn",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      public boolean withdraw() {
                        forgetBeginning();
                        return super.withdraw();
                      }
                    }),
        legacyIndex(
            "TO-5",
            "vectors that do not fit are passed over",
            tables -> (store, migration) -> passingOver(tables, store, migration)),
        legacyIndex(
            "TO-6",
            "the queue is dropped although it is to be kept",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      public void finish() {
                        super.finish();
                        migration.queue().map(LegacyQueue::table).ifPresent(this::drop);
                      }
                    }),
        legacyIndex(
            "TO-7",
            "the last message is not stamped",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      public void stamp(Generation generation, List<MessageRevision> messages) {
                        super.stamp(generation, messages.subList(0, messages.size() - 1));
                      }
                    }),
        Mutant.migration(
            "TO-8",
            "chunks claim a place",
            () -> new InMemoryLegacyTables().with(new Mutant.FlawedIndex(index -> Placing::new))),
        Mutant.migration(
            "TO-9",
            "two get the lease",
            () -> new InMemoryLegacyTables().with(new Mutant.FlawedIndex(index -> Sharing::new))),
        legacyIndex(
            "TO-10",
            "the beginning is not marked",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      public long begin() {
                        Stage before = stage();
                        long revision = super.begin();
                        mark(before);
                        return revision;
                      }
                    }),
        legacyIndex(
            "TO-10",
            "the mark is not withdrawn",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      public boolean withdraw() {
                        return stage() == Stage.BEGUN;
                      }
                    }),
        legacyIndex(
            "TO-10",
            "a migration that is done can be withdrawn",
            tables ->
                (store, migration) ->
                    tables.new InMemoryLegacyIndex(store, migration) {
                      @Override
                      public boolean withdraw() {
                        mark(Stage.OPEN);
                        return true;
                      }
                    }));
  }

  /** Opens a flawed legacy index on tables in memory. */
  @FunctionalInterface
  private interface Flaw {
    LegacyIndex open(MessageStore store, Migration migration);

    @FunctionalInterface
    interface On {
      Flaw tables(InMemoryLegacyTables tables);
    }
  }

  private static Mutant legacyIndex(String rule, String flaw, Flaw.On how) {
    return Mutant.migration(
        rule,
        flaw,
        () ->
            new InMemoryLegacyTables() {
              @Override
              public LegacyIndex legacyIndex(MessageStore store, Migration migration) {
                return how.tables(this).open(store, migration);
              }
            }.with(new InMemoryIndexFixture()));
  }

  private static LegacyIndex passingOver(
      InMemoryLegacyTables tables, MessageStore store, Migration migration) {
    return tables.new InMemoryLegacyIndex(store, migration) {
      @Override
      public Map<Long, List<float[]>> vectors(Collection<Long> ids) {
        Map<Long, List<float[]>> fitting = new HashMap<>(super.vectors(ids));
        fitting.values().removeIf(chunks -> chunks.stream().anyMatch(this::isMisfit));
        return fitting;
      }

      private boolean isMisfit(float[] vector) {
        try {
          VectorMath.requireValid(
              "it", vector, migration.vectors().orElseThrow().fingerprint().dimension());
          return false;
        } catch (InvalidVectorException misfit) {
          return true;
        }
      }
    };
  }

  private static final class Placing extends ForwardingVectorStore {
    Placing(VectorStore store) {
      super(store);
    }

    @Override
    public void upsert(long generation, Collection<MessageVectors> batch) {
      super.upsert(generation, batch.stream().map(Placing::placed).toList());
    }

    private static MessageVectors placed(MessageVectors message) {
      return new MessageVectors(
          message.messageId(),
          message.revision(),
          message.textDigest(),
          message.chunks().stream()
              .map(chunk -> new ChunkVector(0, chunk.end() + 1, chunk.vector()))
              .toList());
    }
  }

  private static final class Sharing extends ForwardingVectorStore {
    Sharing(VectorStore store) {
      super(store);
    }

    @Override
    public Optional<Lease> lease(long generation) {
      return Optional.of(
          new Lease() {
            @Override
            public boolean isHeld() {
              return true;
            }

            @Override
            public void close() {}
          });
    }
  }
}
