package io.msgvault.embed.testkit.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.search.ArchivesResult;
import io.msgvault.embed.search.ArchivesSearcher;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchRequest.Sort;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.MessageStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ArchivesSearcherTest {
  private static final Instant NOON = Instant.parse("2025-01-01T12:00:00Z");

  private final AtomicInteger questions = new AtomicInteger();
  private final CountingEmbedder embedder = new CountingEmbedder();
  private final InMemoryArchive tickets = new InMemoryArchive();
  private final InMemoryArchive comments = new InMemoryArchive();

  /** Counts how often it embeds a question; each object is one of the same model. */
  private final class CountingEmbedder implements Embedder {
    private final Embedder model = new HashEmbedder();
    private boolean down;

    @Override
    public EmbedderModel model() {
      return model.model();
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType type) {
      if (type == InputType.QUERY) {
        questions.incrementAndGet();
      }
      if (down) {
        throw new EmbedderUnavailableException("down");
      }
      return model.embed(texts, type);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static void fill(InMemoryArchive archive, int messages) {
    for (int i = 1; i <= messages; i++) {
      archive.insert(ArchiveMessage.of("report " + i, "nothing new in week " + i));
    }
  }

  private static void insertSent(InMemoryArchive archive, int hour) {
    ArchiveMessage message = ArchiveMessage.of("report", "of hour " + hour);
    archive.insert(
        message.withMetadata(
            message.metadata().toBuilder()
                .sent(Optional.of(NOON.plus(Duration.ofHours(hour))))
                .build()));
  }

  private Searcher searcher(MessageStore messages, Embedder by) {
    InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
    EmbedJob.builder(messages, vectors, by).build().runOnce();
    return Searcher.builder(messages, vectors, by).build();
  }

  private ArchivesSearcher both(MessageStore ofTickets) {
    return ArchivesSearcher.builder()
        .archive("tickets", searcher(ofTickets, embedder))
        .archive("comments", searcher(new InMemoryMessageStore(comments), new CountingEmbedder()))
        .build();
  }

  private ArchivesSearcher both() {
    return both(new InMemoryMessageStore(tickets));
  }

  private static List<String> names(ArchivesResult result) {
    return result.hits().stream()
        .map(found -> found.archive() + " " + found.hit().messageId())
        .toList();
  }

  @Test
  void questionIsEmbeddedOnceForAllArchivesOfOneModel() {
    fill(tickets, 3);
    fill(comments, 3);
    assertEquals(6, both().search(SearchRequest.of("week 2")).hits().size());
    assertEquals(1, questions.get());
  }

  @Test
  void embedderThatFailsIsAskedOnce() {
    fill(tickets, 3);
    fill(comments, 3);
    ArchivesSearcher searcher = both();
    embedder.down = true;
    assertThrows(
        EmbedderUnavailableException.class, () -> searcher.search(SearchRequest.of("week 2")));
    assertEquals(1, questions.get());
  }

  /** Those without a time come last. */
  @Test
  void hitsOfAllArchivesAreSortedByDate() {
    insertSent(tickets, 1);
    insertSent(comments, 4);
    insertSent(comments, 2);
    insertSent(tickets, 3);
    fill(comments, 1);
    SearchRequest newest = SearchRequest.of("report of hour 1").withSort(Sort.NEWEST);
    ArchivesSearcher searcher = both();
    assertEquals(
        List.of("comments 1", "tickets 2", "comments 2", "tickets 1", "comments 3"),
        names(searcher.search(newest)));
    assertEquals(
        List.of("tickets 2", "comments 2"),
        names(searcher.search(newest.withOffset(1).withLimit(2))));
    assertEquals(
        List.of("tickets 1", "comments 2", "tickets 2", "comments 1", "comments 3"),
        names(searcher.search(newest.withSort(Sort.OLDEST))));
  }

  @Test
  void pagesGoOnToTheEndOfAllIndexes() {
    fill(tickets, 700);
    fill(comments, 700);
    ArchivesSearcher searcher = both();
    SearchRequest request = SearchRequest.of("week 7").withMode(SearchMode.VECTOR).withLimit(1_000);
    List<String> first = names(searcher.search(request));
    ArchivesResult last = searcher.search(request.withOffset(1_000));
    assertEquals(400, last.hits().size());
    HashSet<String> all = new HashSet<>(first);
    all.addAll(names(last));
    assertEquals(1_400, all.size());
    assertEquals(
        400, last.answers().values().stream().mapToInt(answer -> answer.hits().size()).sum());
  }

  /** The archive can be ranked, and not be read. */
  @Test
  void pageIsFilledByTheOthersIfAnArchiveCannotBeRead() {
    fill(tickets, 5);
    fill(comments, 5);
    AtomicInteger reads = new AtomicInteger();
    MessageStore readable = new InMemoryMessageStore(tickets);
    MessageStore unreadable =
        (MessageStore)
            Proxy.newProxyInstance(
                MessageStore.class.getClassLoader(),
                new Class<?>[] {MessageStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("find")) {
                    reads.incrementAndGet();
                    throw new StoreException("unplugged");
                  }
                  return method.invoke(readable, arguments);
                });
    ArchivesResult result = both(unreadable).search(SearchRequest.of("week 2").withLimit(4));
    assertTrue(reads.get() > 0);
    assertEquals(4, result.hits().size());
    assertTrue(result.hits().stream().allMatch(found -> found.archive().equals("comments")));
    assertEquals(List.of("comments"), List.copyOf(result.answers().keySet()));
    assertInstanceOf(StoreException.class, result.failures().get("tickets"));
  }
}
