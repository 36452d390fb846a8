package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a search asks the index for, by how many messages its filter lets through. */
class FilterPlanTest {
  private static final int SMALL = 1500;
  private static final int MEDIUM = 5000;
  private static final int LARGE = 20_500;
  private static final int LIMIT = 10;

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final HashEmbedder embedder = new HashEmbedder();
  private final VectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final List<String> calls = new ArrayList<>();

  @BeforeEach
  void fill() {
    for (int i = 0; i < LARGE + 200; i++) {
      String subject =
          (i < SMALL ? "few " : "") + (i < MEDIUM ? "more " : "") + (i < LARGE ? "many" : "");
      archive.insert(ArchiveMessage.of(subject, i < LARGE ? "week " + i : "soup for lunch"));
    }
    try (EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build()) {
      job.runOnce();
    }
  }

  @Test
  void filterSizeSelectsSearchStrategy() {
    assertFound("few", SMALL);
    assertEquals(List.of("compare " + SMALL), calls);

    assertFound("more", MEDIUM);
    assertEquals(List.of("search " + MEDIUM), calls);

    // The two hundred that are closest to the question do not match.
    assertFound("many", LARGE);
    assertEquals(List.of("search for 15", "search for 240"), calls);
  }

  private void assertFound(String subject, int last) {
    calls.clear();
    SearchRequest request =
        SearchRequest.of("soup for lunch")
            .withMode(SearchMode.VECTOR)
            .withFilter(MessageFilter.builder().subjectContains(subject).build())
            .withLimit(LIMIT);
    List<Long> found =
        Searcher.builder(messages, new Recording(), embedder)
            .build()
            .search(request)
            .hits()
            .stream()
            .map(hit -> hit.messageId())
            .toList();
    assertEquals(LIMIT, found.size());
    assertTrue(found.stream().allMatch(id -> id <= last), found.toString());
  }

  private final class Recording extends ForwardingVectorStore {
    Recording() {
      super(vectors);
    }

    @Override
    public List<VectorHit> search(long generation, float[] query, int k) {
      calls.add("search for " + k);
      return super.search(generation, query, k);
    }

    @Override
    public List<VectorHit> search(
        long generation, float[] query, int k, Collection<Long> messageIds) {
      calls.add("search " + messageIds.size());
      return super.search(generation, query, k, messageIds);
    }

    @Override
    public List<VectorHit> searchExactly(
        long generation, float[] query, int k, Collection<Long> messageIds) {
      calls.add("compare " + messageIds.size());
      return super.searchExactly(generation, query, k, messageIds);
    }
  }
}
