package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryArchive.Row;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Removal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Message stores that forget what was removed, or remember too much. */
final class RemovalMutants {
  private static final String RULE = "MS-30";

  private RemovalMutants() {}

  static List<Mutant> all() {
    return Stream.of(lists(), settlements(), recordings()).flatMap(List::stream).toList();
  }

  // What is listed

  private static List<Mutant> lists() {
    return List.of(
        Mutant.messages(
            RULE,
            "soft deletion is not recorded",
            archive ->
                listing(
                    all ->
                        all.stream()
                            .filter(removal -> row(archive, removal).map(Row::live).orElse(true))
                            .toList())),
        Mutant.messages(
            RULE,
            "an id that is live again is not listed",
            archive ->
                listing(
                    all ->
                        all.stream()
                            .filter(removal -> !row(archive, removal).map(Row::live).orElse(false))
                            .toList())),
        Mutant.eachMessageStore(
            RULE,
            "an id is listed once, however often it was removed",
            listing(
                all -> {
                  Set<Long> seen = new HashSet<>();
                  return all.stream().filter(removal -> seen.add(removal.messageId())).toList();
                })),
        Mutant.eachMessageStore(
            RULE,
            "removals are in the order of ids",
            listing(
                all -> {
                  List<Long> ids = all.stream().map(Removal::messageId).sorted().toList();
                  List<Removal> ordered = new ArrayList<>();
                  for (int i = 0; i < ids.size(); i++) {
                    ordered.add(new Removal(all.get(i).sequence(), ids.get(i)));
                  }
                  return ordered;
                })),
        Mutant.eachMessageStore(
            RULE,
            "a page begins with the end of the one before",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public List<Removal> removed(long afterSequence, int limit) {
                    return super.removed(Math.max(0, afterSequence - 1), limit);
                  }
                }));
  }

  private static Optional<Row> row(InMemoryArchive archive, Removal removal) {
    return Optional.ofNullable(archive.rows().get(removal.messageId()));
  }

  /** Changes the whole list, and cuts the pages from that. */
  private static UnaryOperator<MessageStore> listing(UnaryOperator<List<Removal>> change) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public List<Removal> removed(long afterSequence, int limit) {
            return change.apply(super.removed(0, Integer.MAX_VALUE)).stream()
                .filter(removal -> removal.sequence() > afterSequence)
                .limit(limit)
                .toList();
          }
        };
  }

  // What is settled

  private static List<Mutant> settlements() {
    return List.of(
        settling("nothing is settled", (real, removals) -> {}),
        settling(
            "all removals of an id are settled together",
            (real, removals) -> {
              Set<Long> ids = removals.stream().map(Removal::messageId).collect(Collectors.toSet());
              real.settleRemoved(
                  real.removed(0, Integer.MAX_VALUE).stream()
                      .filter(removal -> ids.contains(removal.messageId()))
                      .toList());
            }),
        settling(
            "all removals up to the last given are settled",
            (real, removals) -> {
              long last = removals.stream().mapToLong(Removal::sequence).max().orElse(0);
              real.settleRemoved(
                  real.removed(0, Integer.MAX_VALUE).stream()
                      .filter(removal -> removal.sequence() <= last)
                      .toList());
            }),
        settling(
            "at most a thousand removals are settled",
            (real, removals) -> real.settleRemoved(removals.stream().limit(1_000).toList())),
        settling(
            "whatever is removed by now is settled too",
            (real, removals) -> {
              if (!removals.isEmpty()) {
                real.settleRemoved(real.removed(0, Integer.MAX_VALUE));
              }
            }),
        Mutant.eachMessageStore(
            RULE,
            "sequences are used again when removals are settled",
            RemovalMutants::renumbered));
  }

  private static Mutant settling(
      String flaw, BiConsumer<MessageStore, Collection<Removal>> settle) {
    return Mutant.eachMessageStore(
        RULE,
        flaw,
        store ->
            new ForwardingMessageStore(store) {
              @Override
              public void settleRemoved(Collection<Removal> removals) {
                settle.accept(super.store, removals);
              }
            });
  }

  /** Numbers the removals that are left from 1. */
  private static MessageStore renumbered(MessageStore store) {
    return new ForwardingMessageStore(store) {
      @Override
      public List<Removal> removed(long afterSequence, int limit) {
        List<Removal> all = super.removed(0, Integer.MAX_VALUE);
        List<Removal> numbered = new ArrayList<>();
        for (int i = (int) afterSequence; i < all.size() && numbered.size() < limit; i++) {
          numbered.add(new Removal(i + 1L, all.get(i).messageId()));
        }
        return numbered;
      }

      @Override
      public void settleRemoved(Collection<Removal> removals) {
        List<Removal> all = super.removed(0, Integer.MAX_VALUE);
        super.settleRemoved(
            removals.stream()
                .filter(removal -> removal.sequence() <= all.size())
                .map(removal -> all.get((int) removal.sequence() - 1))
                .toList());
      }
    };
  }

  // What is recorded

  private static List<Mutant> recordings() {
    return List.of(
        Mutant.writes(
            RULE, "the end of a deleted message is recorded again", RemovalMutants::twice),
        Mutant.writes(
            RULE, "what a rolled-back transaction removed is recorded", RemovalMutants::rolledBack),
        Mutant.writes(
            RULE,
            "edits are recorded",
            archive ->
                new ForwardingArchiveWriter(archive) {
                  @Override
                  public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
                    super.updateMetadata(id, metadata);
                    archive.delete(id);
                    archive.restore(id);
                  }
                }),
        Mutant.of(
            RULE,
            "a changed id is not recorded",
            () ->
                new InMemoryArchiveFixture() {
                  @Override
                  public List<RawWrite> rawRemovals() {
                    return super.rawRemovals().stream()
                        .map(
                            raw ->
                                raw.name().equals("another id")
                                    ? new RawWrite(
                                        raw.name(),
                                        id -> {
                                          raw.write().accept(id);
                                          archive.removals().clear();
                                        })
                                    : raw)
                        .toList();
                  }
                }));
  }

  private static ArchiveWriter twice(InMemoryArchive archive) {
    return new ForwardingArchiveWriter(archive) {
      @Override
      public void purge(long id) {
        archive.restore(id);
        super.purge(id);
      }
    };
  }

  private static ArchiveWriter rolledBack(InMemoryArchive archive) {
    return new ForwardingArchiveWriter(archive) {
      @Override
      public void atomically(Consumer<ArchiveWriter> work) {
        List<Long> purged = new ArrayList<>();
        try {
          super.atomically(
              writer ->
                  work.accept(
                      new ForwardingArchiveWriter(writer) {
                        @Override
                        public void purge(long id) {
                          purged.add(id);
                          super.purge(id);
                        }
                      }));
        } catch (RuntimeException e) {
          for (long id : purged) {
            archive.delete(id);
            archive.restore(id);
          }
          throw e;
        }
      }
    };
  }
}
