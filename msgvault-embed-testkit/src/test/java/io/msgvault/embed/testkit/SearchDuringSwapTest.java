package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A generation that is replaced in the middle of a search. */
class SearchDuringSwapTest {
  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final HashEmbedder embedder = new HashEmbedder();

  @Test
  void searchRestartsWithNewActiveGeneration() {
    archive.insert(ArchiveMessage.of("", "soup for lunch"));
    archive.insert(ArchiveMessage.of("", "more soup"));
    VectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
    try (EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build()) {
      job.runOnce();
      AtomicInteger searches = new AtomicInteger();
      VectorStore swapping =
          new ForwardingVectorStore(vectors) {
            @Override
            public List<VectorHit> search(long generation, float[] query, int k) {
              if (searches.incrementAndGet() == 1) {
                job.rebuild();
              }
              return super.search(generation, query, k);
            }
          };
      Searcher searcher = Searcher.builder(messages, swapping, embedder).build();
      assertEquals(2, generation(searcher.search(SearchRequest.of("soup"))));
      searches.set(0);
      assertEquals(3, generation(searcher.similarTo(1, MessageFilter.ALL, 1)));
    }
  }

  @Test
  void similarMessagesUseNewActiveGeneration() {
    archive.insert(ArchiveMessage.of("", "soup for lunch"));
    archive.insert(ArchiveMessage.of("", "more soup"));
    VectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
    try (EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build()) {
      job.runOnce();
      AtomicInteger looks = new AtomicInteger();
      VectorStore swapping =
          new ForwardingVectorStore(vectors) {
            @Override
            public List<MessageVectors> vectors(long generation, Collection<Long> ids) {
              if (looks.incrementAndGet() == 1) {
                job.rebuild();
                dropRetired();
              }
              return super.vectors(generation, ids);
            }
          };
      Searcher searcher = Searcher.builder(messages, swapping, embedder).build();
      SearchResult similar = searcher.similarTo(1, MessageFilter.ALL, 1);
      assertEquals(2, generation(similar));
      assertEquals(List.of(2L), similar.hits().stream().map(SearchHit::messageId).toList());
    }
  }

  private static long generation(SearchResult result) {
    return result.index().orElseThrow().generation().id();
  }
}
