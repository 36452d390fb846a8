package io.msgvault.embed.testkit;

import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordQuery;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stores that break a search in one way each. */
final class SearchMutants {
  /** More than any page asks for. */
  private static final int LARGE = 60;

  private SearchMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.jobOnWords(
            "SR-1",
            "words have half their scores",
            () ->
                index ->
                    new ForwardingWordIndex(index) {
                      @Override
                      public List<WordHit> search(WordQuery query, int k) {
                        return super.search(query, k).stream()
                            .map(hit -> scored(hit, hit.score() / 2))
                            .toList();
                      }
                    }),
        Mutant.jobOnVectors(
            "SR-2",
            "a search for many hits leaves out the best",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<VectorHit> search(long generation, float[] vector, int k) {
                        List<VectorHit> hits = super.search(generation, vector, k);
                        return k > 40 ? hits.subList(1, hits.size()) : hits;
                      }
                    }),
        Mutant.jobOnWords(
            "SR-3",
            "lost words are counted",
            () ->
                index ->
                    new ForwardingWordIndex(index) {
                      @Override
                      public long size() {
                        return super.size() + 1;
                      }
                    }),
        Mutant.jobOnMessages(
            "SR-3",
            "filters are forgotten",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public Set<Long> filterIds(Collection<Long> ids, MessageFilter filter) {
                        return super.filterIds(ids, MessageFilter.ALL);
                      }

                      @Override
                      public Optional<List<Long>> findMatching(MessageFilter filter, int atMost) {
                        return super.findMatching(MessageFilter.ALL, atMost);
                      }
                    }),
        Mutant.jobOnVectors(
            "SR-4",
            "an index does not say whose it is",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public Optional<UUID> archive() {
                        super.archive();
                        return Optional.empty();
                      }
                    }),
        Mutant.jobOnWords(
            "SR-6",
            "the words of every message are said to be there",
            () ->
                index ->
                    new ForwardingWordIndex(index) {
                      @Override
                      public List<MessageRevision> entries(Collection<Long> messageIds) {
                        super.entries(messageIds);
                        return messageIds.stream()
                            .sorted()
                            .map(id -> new MessageRevision(id, 1))
                            .toList();
                      }
                    }),
        Mutant.jobOnMessages(
            "SR-7",
            "conversations are not told",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<MessageDetails> details(Collection<Long> ids) {
                        return super.details(ids).stream()
                            .map(
                                details ->
                                    new MessageDetails(
                                        details.messageId(),
                                        details.people(),
                                        details.attachments(),
                                        details.sentAt(),
                                        Optional.empty()))
                            .toList();
                      }
                    }),
        Mutant.jobOnWords(
            "SR-8",
            "scores differ from call to call",
            () -> {
              AtomicInteger calls = new AtomicInteger();
              return index ->
                  new ForwardingWordIndex(index) {
                    @Override
                    public List<WordHit> search(WordQuery query, int k) {
                      double factor = calls.getAndIncrement() % 2 == 0 ? 1 : 0.5;
                      return super.search(query, k).stream()
                          .map(hit -> scored(hit, hit.score() * factor))
                          .toList();
                    }
                  };
            }),
        Mutant.jobOnMessages(
            "SR-9",
            "only a few messages are read at once",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<Message> find(Collection<Long> ids, int bodyCharacters) {
                        return super.find(ids, bodyCharacters).stream().limit(3).toList();
                      }
                    }),
        Mutant.jobOnVectors(
            "SR-10",
            "only the generation that was searched first is searched",
            index -> {
              AtomicLong first = new AtomicLong();
              return store ->
                  new ForwardingVectorStore(store) {
                    @Override
                    public List<VectorHit> search(long generation, float[] vector, int k) {
                      first.compareAndSet(0, generation);
                      if (first.get() != generation) {
                        throw new GenerationStateException(
                            generation, Generation.State.RETIRED, "search the active one");
                      }
                      return super.search(generation, vector, k);
                    }
                  };
            }),
        Mutant.jobOnVectors(
            "SR-11",
            "a search for many hits leaves out the best",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<VectorHit> search(long generation, float[] vector, int k) {
                        return super.search(generation, vector, k).stream()
                            .skip(k > LARGE ? 1 : 0)
                            .toList();
                      }
                    }),
        Mutant.jobOnMessages(
            "SR-11",
            "details have no times",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<MessageDetails> details(Collection<Long> ids) {
                        return super.details(ids).stream().map(SearchMutants::withoutTime).toList();
                      }
                    }));
  }

  private static MessageDetails withoutTime(MessageDetails details) {
    return new MessageDetails(
        details.messageId(),
        details.people(),
        details.attachments(),
        Optional.empty(),
        details.conversation());
  }

  private static WordHit scored(WordHit hit, double score) {
    return new WordHit(hit.messageId(), hit.revision(), score);
  }
}
