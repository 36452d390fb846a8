package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.MalformedVectorsException;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Stamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * A host's tables in memory, beside an archive in memory whose stores know how far a migration is.
 */
class InMemoryLegacyTables implements LegacyTables {
  private final InMemoryArchiveFixture messages =
      new InMemoryArchiveFixture() {
        @Override
        public MessageStore open() {
          return new ForwardingMessageStore(super.open()) {
            @Override
            public boolean hasUnfinishedMigration() {
              store.hasUnfinishedMigration(); // which throws after close
              return stage == LegacyIndex.Stage.BEGUN;
            }
          };
        }
      };

  private final InMemoryArchive archive = messages.archive;
  private final Map<String, Map<Long, Set<Long>>> queues = new HashMap<>();
  private final Map<String, Map<Long, List<Optional<float[]>>>> vectors = new HashMap<>();
  private final Set<Long> malformed = new HashSet<>();
  private OptionalLong began = OptionalLong.empty();
  private LegacyIndex.Stage stage = LegacyIndex.Stage.OPEN;

  /** Returns these tables beside the archive, with an index. */
  MigrationFixture with(VectorStoreFixture index) {
    return new MigrationFixture(new StorageFixture(messages, index), this);
  }

  @Override
  public LegacyIndex legacyIndex(MessageStore store, Migration migration) {
    return new InMemoryLegacyIndex(store, migration);
  }

  /** What a backend gives. */
  class InMemoryLegacyIndex implements LegacyIndex {
    private final MessageStore store;
    final Migration migration;

    InMemoryLegacyIndex(MessageStore store, Migration migration) {
      this.store = store;
      this.migration = migration;
    }

    @Override
    public Stage stage() {
      return stage;
    }

    final void mark(Stage reached) {
      stage = reached;
    }

    @Override
    public boolean hasVectors() {
      return vectors.containsKey(migration.vectors().orElseThrow().table());
    }

    @Override
    public long begin() {
      if (began.isEmpty()) {
        began = OptionalLong.of(latestRevision());
      }
      if (stage == Stage.OPEN) {
        mark(Stage.BEGUN);
      }
      return began.getAsLong();
    }

    @Override
    public boolean withdraw() {
      boolean begun = stage == Stage.BEGUN;
      if (begun) {
        mark(Stage.OPEN);
      }
      return begun;
    }

    final void forgetBeginning() {
      began = OptionalLong.empty();
    }

    final long latestRevision() {
      return archive.latestRevision();
    }

    @Override
    public Optional<long[]> pendingIds(long generation) {
      return waiting(generation)
          .map(ids -> ids.stream().mapToLong(Long::longValue).sorted().toArray());
    }

    Optional<Set<Long>> waiting(long generation) {
      return migration
          .queue()
          .map(queue -> queues.get(queue.table()))
          .map(
              rows ->
                  rows.getOrDefault(
                      migration.queue().orElseThrow().generation().orElse(generation), Set.of()));
    }

    @Override
    public Map<Long, List<float[]>> vectors(Collection<Long> ids) {
      String table = migration.vectors().orElseThrow().table();
      Map<Long, List<float[]>> found = new LinkedHashMap<>();
      for (long id : ids) {
        List<Optional<float[]>> rows = rows(table).getOrDefault(id, List.of());
        if (malformed.contains(id)) {
          throw new MalformedVectorsException(id, table);
        }
        if (!rows.isEmpty() && rows.stream().allMatch(Optional::isPresent)) {
          found.put(id, rows.stream().map(Optional::orElseThrow).toList());
        }
      }
      return found;
    }

    @Override
    public void stamp(Generation generation, List<MessageRevision> messages) {
      if (stage == Stage.BEGUN) {
        Set<MessageRevision> needWork =
            Set.copyOf(
                store.needingWork(
                    generation.id(), generation.fingerprint().scope(), 0, Integer.MAX_VALUE));
        store.stamp(
            generation.id(),
            messages.stream()
                .filter(needWork::contains)
                .map(
                    message ->
                        new Stamp(message.messageId(), message.revision(), new Stamp.Embedded()))
                .toList());
      }
    }

    @Override
    public void markStamped() {
      if (stage == Stage.BEGUN) {
        mark(Stage.STAMPED);
      }
    }

    @Override
    public void finish() {
      if (stage == Stage.STAMPED) {
        migration
            .queue()
            .filter(queue -> queue.onCompletion() == LegacyQueue.OnCompletion.DROP)
            .ifPresent(queue -> drop(queue.table()));
        mark(Stage.ENDED);
      }
    }

    final void drop(String table) {
      queues.remove(table);
    }
  }

  @Override
  public void createQueue(String table, String messageId, String generation) {
    queues.put(table, new HashMap<>());
  }

  @Override
  public void enqueue(String table, long generation, List<Long> messageIds) {
    Objects.requireNonNull(queues.get(table))
        .computeIfAbsent(generation, first -> new TreeSet<>())
        .addAll(messageIds);
  }

  @Override
  public void createVectors(String table) {
    vectors.put(table, new HashMap<>());
  }

  @Override
  public void addVectors(String table, Map<Long, List<float[]>> added) {
    added.forEach((id, chunks) -> chunks.forEach(chunk -> add(table, id, Optional.of(chunk))));
  }

  private Map<Long, List<Optional<float[]>>> rows(String table) {
    return Objects.requireNonNull(vectors.get(table));
  }

  private void add(String table, long messageId, Optional<float[]> value) {
    rows(table).computeIfAbsent(messageId, first -> new ArrayList<>()).add(value);
  }

  @Override
  public void addNull(String table, long messageId) {
    add(table, messageId, Optional.empty());
  }

  @Override
  public void addMalformed(String table, long messageId) {
    malformed.add(messageId);
  }

  @Override
  public void removeVectors(String table, long messageId) {
    rows(table).remove(messageId);
    malformed.remove(messageId);
  }

  @Override
  public boolean exists(String table) {
    return queues.containsKey(table) || vectors.containsKey(table);
  }
}
