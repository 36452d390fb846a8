package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.SignalState;
import io.msgvault.embed.text.WordAnalyzer;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that a host starts while its endpoint is down, and works once it is up. */
@Timeout(60)
class StartTest {
  private static final int DIMENSION = 16;
  private static final LoopbackServer.Reply GOOD = ScriptedReplies.vectors(DIMENSION);

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final InMemoryWordIndex words =
      new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordAnalyzer.english());

  @Test
  void everythingIsBuiltWhileServerIsDown() {
    archive.insert(ArchiveMessage.of("the boiler", "it leaks again"));
    URI uri;
    try (LoopbackServer server = new LoopbackServer(GOOD)) {
      uri = server.uri();
    }
    try (HttpEmbedder embedder = HttpEmbedder.builder(uri, "m").build();
        EmbedJob job = EmbedJob.builder(messages, vectors, embedder).words(words).build()) {
      Searcher searcher = Searcher.builder(messages, vectors, embedder).words(words).build();

      RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, job.runOnce());
      assertInstanceOf(TransientEmbedderException.class, failed.cause());
      assertEquals(OptionalLong.empty(), failed.generation());
      assertEquals(Optional.of(1L), job.status().missing());
      assertEquals(List.of(), job.status().problems());
      assertThrows(TransientEmbedderException.class, job::coverage);
      assertThrows(
          TransientEmbedderException.class, () -> embedder.embed(List.of("x"), InputType.DOCUMENT));

      try (LoopbackServer server = new LoopbackServer(GOOD, uri.getPort())) {
        assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
        assertEquals(new Coverage(1, 1, 0, 0, 0), job.coverage());
        for (SearchMode mode : SearchMode.values()) {
          assertEquals(1, search(searcher, mode));
        }
        assertTrue(server.requests().size() <= 4, server.requests() + " were sent");
      }
    }
  }

  @Test
  void searcherIsBuiltWhileServerIsDown() {
    archive.insert(ArchiveMessage.of("the boiler", "it leaks again"));
    URI uri;
    try (LoopbackServer server = new LoopbackServer(GOOD);
        HttpEmbedder embedder = HttpEmbedder.builder(server.uri(), "m").build();
        EmbedJob job = EmbedJob.builder(messages, vectors, embedder).words(words).build()) {
      uri = server.uri();
      assertInstanceOf(RunOutcome.Completed.class, job.runOnce());
    }
    try (HttpEmbedder embedder = HttpEmbedder.builder(uri, "m").build()) {
      Searcher searcher = Searcher.builder(messages, vectors, embedder).words(words).build();
      assertThrows(TransientEmbedderException.class, () -> search(searcher, SearchMode.VECTOR));
      requireFoundByWordsAlone(searcher);
      try (LoopbackServer server = new LoopbackServer(GOOD, uri.getPort())) {
        assertEquals(1, search(searcher, SearchMode.VECTOR));
        assertEquals(2, server.requests().size());
      }
    }
  }

  private static void requireFoundByWordsAlone(Searcher searcher) {
    assertEquals(1, search(searcher, SearchMode.KEYWORD));
    assertEquals(1, search(searcher, SearchMode.HYBRID));
    assertInstanceOf(
        SignalState.Unavailable.class,
        searcher.search(SearchRequest.of("boiler").withMode(SearchMode.HYBRID)).vector());
  }

  private static int search(Searcher searcher, SearchMode mode) {
    return searcher.search(SearchRequest.of("boiler").withMode(mode)).hits().size();
  }

  @Test
  void interruptWhileModelIsLearnedCancelsRun() {
    archive.insert(ArchiveMessage.of("the boiler", "it leaks again"));
    try (LoopbackServer server = new LoopbackServer(GOOD);
        HttpEmbedder embedder = HttpEmbedder.builder(server.uri(), "m").build();
        EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build()) {
      Thread run = Thread.currentThread();
      server.enqueue((request, exchange) -> run.interrupt());
      assertInstanceOf(RunOutcome.Cancelled.class, job.runOnce());
      assertTrue(Thread.interrupted());
    }
  }

  /** A service of Docker Compose may have such a name, and each start another address. */
  @Test
  void hostWithUnderscoreIsReached() {
    try (LoopbackServer server = new LoopbackServer(GOOD);
        HttpEmbedder embedder =
            HttpEmbedder.builder(URI.create("http://my_llm:" + server.uri().getPort()), "m")
                .resolver(
                    host -> {
                      assertEquals("my_llm", host);
                      return InetAddress.getLoopbackAddress();
                    })
                .build()) {
      assertEquals(DIMENSION, embedder.model().dimension());
      server.enqueue(ScriptedReplies.status(307, "", "Location", "/v1/embeddings"));
      assertEquals(1, embedder.embed(List.of("x"), InputType.QUERY).size());
      assertTrue(embedder.toString().contains("http://my_llm:"), embedder.toString());
    }
  }

  @Test
  void unknownHostWithUnderscoreIsTransient() {
    try (HttpEmbedder embedder =
        HttpEmbedder.builder(URI.create("http://my_llm:1/v1"), "m")
            .resolver(
                host -> {
                  throw new UnknownHostException(host);
                })
            .build()) {
      assertTrue(
          assertThrows(TransientEmbedderException.class, embedder::model)
              .getMessage()
              .contains("http://my_llm:1/v1/embeddings has no address"));
    }
  }
}
