package io.msgvault.embed.testkit;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.store.VectorHit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Stores that make searches wrong, in one way each. */
final class SearchMutants {
  private SearchMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.jobOnVectors(
            "SR-1",
            "the vectors of one message are not found",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<VectorHit> search(long generation, float[] vector, int k) {
                        return super.search(generation, vector, k).stream()
                            .filter(hit -> hit.messageId() != 1)
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
                    }));
  }
}
