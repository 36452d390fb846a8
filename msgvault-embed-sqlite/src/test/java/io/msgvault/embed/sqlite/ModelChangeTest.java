package io.msgvault.embed.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.SignalState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes the model and goes back, while others search and mail arrives. */
class ModelChangeTest {
  private static final int MESSAGES = 400;

  /** The longest time until new mail must be found by its words. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  @TempDir Path folder;

  private SqliteArchive archive;
  private SqliteMessageStore messages;
  private SqliteVectorStore vectors;
  private LuceneWordIndex words;
  private final SlowEmbedder former = new SlowEmbedder(8);
  private final SlowEmbedder successor = new SlowEmbedder(16);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void fill() {
    archive = SqliteArchive.install(folder.resolve("mail.db"));
    messages = SqliteMessageStore.open(folder.resolve("mail.db"));
    vectors = SqliteVectorStore.install(folder.resolve("vectors.db"));
    words = LuceneWordIndex.install(folder.resolve("words"));
    for (int i = 1; i <= MESSAGES; i++) {
      store("message " + i, "About the boiler, the garden and number " + i);
    }
    assertInstanceOf(RunOutcome.Completed.class, job(former).runOnce());
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    words.close();
    vectors.close();
    messages.close();
    archive.close();
  }

  @Test
  void searchesGoOnThroughChangeOfModelAndBack() throws Exception {
    Searcher searcher =
        Searcher.builder(messages, vectors, former).alsoEmbedder(successor).words(words).build();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger searches = new AtomicInteger();
    Future<?> searching =
        threads.submit(
            () -> {
              while (!done.get()) {
                requireMeaning(searcher, SearchMode.VECTOR);
                requireMeaning(searcher, SearchMode.HYBRID);
                searches.addAndGet(2);
              }
              return null;
            });

    successor.pause = Duration.ofMillis(400); // so that the build takes about twenty seconds
    Future<RunOutcome> rebuild = threads.submit(() -> job(successor).rebuild());
    int arrived = 0;
    while (!rebuild.isDone()) {
      String word = "arrival" + ++arrived;
      store("news", "A parcel called " + word);
      awaitFound(searcher, word, rebuild);
    }
    assertInstanceOf(RunOutcome.Completed.class, rebuild.get());
    job(successor).runOnce(); // mail of the last moment may have kept it from serving
    assertEquals(Optional.of(16), dimension(), "the dimension of the model that serves");
    assertTrue(arrived > 1, () -> "the build was over before mail arrived");

    former.texts.set(0);
    RunOutcome.Completed back = assertInstanceOf(RunOutcome.Completed.class, job(former).rebuild());
    assertEquals(Optional.of(8), dimension(), "the dimension of the model that serves again");
    int embedded = former.texts.get();
    int questions = searches.get();
    done.set(true);
    searching.get();
    assertTrue(questions > 10, () -> "only " + questions + " searches took place");
    assertEquals(MESSAGES, back.counts().reused(), "messages that kept their vectors");
    assertTrue(
        embedded <= arrived + MESSAGES / 100,
        embedded + " texts were embedded for " + arrived + " new messages");
  }

  private static void requireMeaning(Searcher searcher, SearchMode mode) {
    SearchResult result =
        searcher.search(SearchRequest.of("who repairs the boiler?").withMode(mode));
    assertInstanceOf(SignalState.Answered.class, result.vector(), () -> mode + ": " + result);
    assertEquals(10, result.hits().size(), () -> mode + ": " + result);
  }

  /** Waits for new mail. Once the build is over, the host's next run takes it up. */
  private void awaitFound(Searcher searcher, String word, Future<?> rebuild)
      throws InterruptedException {
    Instant end = Instant.now().plus(FRESH);
    while (searcher.search(SearchRequest.of(word).withMode(SearchMode.KEYWORD)).hits().isEmpty()) {
      assertTrue(Instant.now().isBefore(end), () -> word + " is not found by its words");
      if (rebuild.isDone()) {
        job(successor).runOnce();
      }
      Thread.sleep(100);
    }
  }

  private Optional<Integer> dimension() {
    return vectors.active().map(active -> active.fingerprint().dimension());
  }

  private void store(String subject, String text) {
    archive.store(
        NewMessage.builder("me@example.org", subject + " " + text)
            .subject(subject)
            .text(text)
            .build());
  }

  private EmbedJob job(Embedder embedder) {
    return EmbedJob.builder(messages, vectors, embedder).words(words).build();
  }

  /** Embeds documents a few at a time, and counts them. */
  private static final class SlowEmbedder implements Embedder {
    private final HashEmbedder hash;
    private final AtomicInteger texts = new AtomicInteger();
    private volatile Duration pause = Duration.ZERO;

    SlowEmbedder(int dimension) {
      hash = new HashEmbedder(dimension, 256);
    }

    @Override
    public EmbedderModel model() {
      return hash.model();
    }

    @Override
    public List<float[]> embed(List<String> batch, InputType type) {
      if (type == InputType.DOCUMENT) {
        texts.addAndGet(batch.size());
        try {
          Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return hash.embed(batch, type);
    }

    @Override
    public int batchSize() {
      return 8;
    }

    @Override
    public void close() {
      hash.close();
    }
  }
}
