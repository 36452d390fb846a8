package io.msgvault.embed.testkit;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Jobs that are broken in one way each in what they do with words and removals. */
final class JobWordMutants {
  private JobWordMutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>(words());
    all.addAll(comparisons());
    all.addAll(removals());
    return all;
  }

  private static List<Mutant> words() {
    return List.of(
        Mutant.jobOnWords("EJ-21", "words are written after their stamps", () -> Late::new),
        Mutant.jobOnWords(
            "EJ-21",
            "an edited message keeps its words",
            () ->
                index ->
                    new ForwardingWordIndex(index) {
                      @Override
                      public void upsert(Collection<MessageWords> batch) {
                        Set<Long> held =
                            super.entries(batch.stream().map(MessageWords::messageId).toList())
                                .stream()
                                .map(MessageRevision::messageId)
                                .collect(Collectors.toSet());
                        super.upsert(
                            batch.stream().filter(m -> !held.contains(m.messageId())).toList());
                      }
                    }),
        Mutant.jobOnWords(
            "EJ-21",
            "a blank message gets no words",
            () ->
                index ->
                    new ForwardingWordIndex(index) {
                      @Override
                      public void upsert(Collection<MessageWords> batch) {
                        super.upsert(
                            batch.stream()
                                .filter(m -> !m.texts().getOrDefault(WordField.BODY, "").isEmpty())
                                .toList());
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-22",
            "words are written with the vectors",
            archive -> store -> listing(store, (afterId, found) -> List.of())),
        Mutant.jobOnMessages(
            "EJ-22",
            "new mail waits for the next run",
            archive ->
                store -> listing(store, (afterId, found) -> afterId == 0 ? found : List.of())));
  }

  /** A flaw in the list of messages that need work. */
  private interface ListFlaw {
    List<MessageRevision> of(long afterId, List<MessageRevision> found);
  }

  private static MessageStore listing(MessageStore store, ListFlaw flaw) {
    return new ForwardingMessageStore(store) {
      @Override
      public List<MessageRevision> needingWork(
          long generation, Scope scope, long afterId, int limit) {
        return flaw.of(afterId, super.needingWork(generation, scope, afterId, limit));
      }
    };
  }

  private static List<Mutant> comparisons() {
    return List.of(
        Mutant.job("EJ-23", "any index counts as current", JobWordMutants::alwaysCurrent),
        Mutant.jobOnWords(
            "EJ-23",
            "words of messages that are gone stay",
            () ->
                index ->
                    new ForwardingWordIndex(index) {
                      @Override
                      public void delete(Collection<Long> messageIds) {
                        super.delete(List.of());
                      }
                    }),
        Mutant.jobOnWords(
            "EJ-23",
            "runs are not noted",
            () ->
                index ->
                    new ForwardingWordIndex(index) {
                      @Override
                      public void recordRun(long run) {
                        // The next run compares everything again.
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-23",
            "only words that are there are compared",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<MessageRevision> live(Scope scope, long afterId, int limit) {
                        return List.of();
                      }
                    }));
  }

  private static StorageFixture alwaysCurrent() {
    InMemoryIndexFixture vectors = new InMemoryIndexFixture();
    UnaryOperator<WordIndex> flaw =
        index ->
            new ForwardingWordIndex(index) {
              @Override
              public OptionalLong lastRun() {
                try (VectorStore ledger = vectors.open()) {
                  return ledger.runs(9).stream()
                      .filter(run -> run.status() != RunRecord.Status.RUNNING)
                      .mapToLong(RunRecord::id)
                      .findFirst();
                }
              }
            };
    return new StorageFixture(
        new InMemoryArchiveFixture(), vectors, new Mutant.FlawedWords(() -> flaw));
  }

  private static List<Mutant> removals() {
    return List.of(
        Mutant.jobOnMessages(
            "EJ-24",
            "removals are left to the backstop",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<Removal> removed(long afterSequence, int limit) {
                        return List.of();
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-24",
            "removals are never settled",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public void settleRemoved(Collection<Removal> removals) {
                        // They are listed for ever.
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-24",
            "the active generation keeps its vectors while another is being built",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void delete(long generation, Collection<Long> messageIds) {
                        boolean other =
                            super.building()
                                .map(Generation::id)
                                .filter(id -> id != generation)
                                .isPresent();
                        super.delete(generation, other ? List.of() : messageIds);
                      }
                    }),
        Mutant.jobOnWords(
            "EJ-24", "a removal is settled before the words are deleted", () -> LateDeletion::new));
  }

  /** Writes words one call too late. */
  private static final class Late extends ForwardingWordIndex {
    private Collection<MessageWords> waiting = List.of();

    Late(WordIndex index) {
      super(index);
    }

    @Override
    public void upsert(Collection<MessageWords> batch) {
      super.upsert(waiting);
      waiting = batch;
    }

    @Override
    public void recordRun(long run) {
      super.upsert(waiting);
      waiting = List.of();
      super.recordRun(run);
    }
  }

  /** Deletes words when the run is noted. */
  private static final class LateDeletion extends ForwardingWordIndex {
    private final List<Long> waiting = new ArrayList<>();

    LateDeletion(WordIndex index) {
      super(index);
    }

    @Override
    public void delete(Collection<Long> messageIds) {
      waiting.addAll(messageIds);
    }

    @Override
    public void recordRun(long run) {
      super.delete(waiting);
      waiting.clear();
      super.recordRun(run);
    }
  }
}
