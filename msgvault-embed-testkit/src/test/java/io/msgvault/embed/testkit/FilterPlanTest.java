package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.MessageFilter;
import io.msgvault.embed.VectorHit;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a search asks the index for, by how many messages its filter lets through. */
class FilterPlanTest {
  private static final int FEW = 1500;
  private static final int MORE = 5000;
  private static final int MANY = 20_500;
  private static final int LIMIT = 10;

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final HashEmbedder embedder = new HashEmbedder();
  private final VectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void fill() {
    for (int i = 0; i < MANY + 200; i++) {
      String subject =
          (i < FEW ? "few " : "") + (i < MORE ? "more " : "") + (i < MANY ? "many" : "");
      archive.insert(ArchiveMessage.of(subject, i < MANY ? "week " + i : "soup for lunch"));
    }
    try (EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build()) {
      job.runOnce();
    }
  }

  @Test
  void fewAreComparedMoreAreListedAndAmongManyTheSearchIsWidened() {
    assertFound("few", FEW);
    assertEquals(List.of("compare " + FEW), asked);

    assertFound("more", MORE);
    assertEquals(List.of("search " + MORE), asked);

    // The two hundred that are closest to the question do not match.
    assertFound("many", MANY);
    assertEquals(List.of("search for 15", "search for 240"), asked);
  }

  private void assertFound(String subject, int last) {
    asked.clear();
    SearchRequest request =
        SearchRequest.of("soup for lunch")
            .by(SearchMode.VECTOR)
            .among(MessageFilter.builder().subjectContains(subject).build())
            .limit(LIMIT);
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
      asked.add("search for " + k);
      return super.search(generation, query, k);
    }

    @Override
    public List<VectorHit> search(
        long generation, float[] query, int k, Collection<Long> messageIds) {
      asked.add("search " + messageIds.size());
      return super.search(generation, query, k, messageIds);
    }

    @Override
    public List<VectorHit> searchAmong(
        long generation, float[] query, int k, Collection<Long> messageIds) {
      asked.add("compare " + messageIds.size());
      return super.searchAmong(generation, query, k, messageIds);
    }
  }
}
