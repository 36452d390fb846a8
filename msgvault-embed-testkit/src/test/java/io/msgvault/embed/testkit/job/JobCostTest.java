package io.msgvault.embed.testkit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.Budget;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Estimate;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RateLimit;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Cancelled;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TokenSource;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.text.TextPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a job takes its tokens from, and how budgets and limits act on many threads. */
class JobCostTest {
  private static final int BATCH = 10;

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final ScriptedEmbedder uncounted = embedder(OptionalLong.empty());

  @AfterEach
  void stopPool() {
    pool.shutdownNow();
  }

  private static ScriptedEmbedder embedder(OptionalLong usage) {
    return new ScriptedEmbedder(
        BATCH, 3, (request, texts, delegate) -> delegate.embed(texts, InputType.DOCUMENT)) {
      @Override
      public EmbedderReply embedWithUsage(List<String> texts, InputType inputType) {
        return new EmbedderReply(embed(texts, inputType), usage);
      }
    };
  }

  private EmbedJob.Builder job(Embedder embedder, int count) {
    for (int i = 1; i <= count; i++) {
      archive.insert(ArchiveMessage.of("", "text number " + (1000 + i)));
    }
    return EmbedJob.builder(messages, vectors, embedder);
  }

  private static RunOutcome.Completed completed(RunOutcome outcome) {
    return assertInstanceOf(RunOutcome.Completed.class, outcome);
  }

  @Test
  void reportedTokensCountBeforeAllOthers() {
    List<JobEvent.BatchEmbedded> batches = new ArrayList<>();

    RunOutcome outcome =
        job(embedder(OptionalLong.of(77)), 20)
            .listener(
                event -> {
                  if (event instanceof JobEvent.BatchEmbedded batch) {
                    batches.add(batch);
                  }
                })
            .build()
            .runOnce();

    assertEquals(2 * 77, completed(outcome).counts().tokens());
    assertEquals(2, batches.size());
    assertEquals(77, batches.get(0).tokens());
    assertEquals(TokenSource.REPORTED, batches.get(0).tokenSource());
    assertEquals(2 * 77, vectors.runs(1).get(0).counts().tokens());
  }

  @Test
  void tokensAreEstimatedWhereNobodyCounts() {
    EmbedJob job = job(uncounted, 20).build();

    Estimate estimate = job.estimate();

    // "text number 1001" has 16 bytes.
    assertEquals(new Estimate(20, 0, 0, 20, 2, 20 * 4, TokenSource.ESTIMATED), estimate);
    assertEquals(20 * 4, completed(job.runOnce()).counts().tokens());
  }

  @Test
  void bytesAreThoseOfUtf8() {
    archive.insert(ArchiveMessage.of("", "aé日🙂")); // 1 + 2 + 3 + 4
    assertEquals(3, job(uncounted, 0).build().estimate().tokens());
  }

  @Test
  void prefixOfDocumentsIsPaidForToo() {
    HashEmbedder words = new HashEmbedder();
    ScriptedEmbedder prefixed =
        new ScriptedEmbedder(BATCH, 1, (request, texts, delegate) -> List.of()) {
          @Override
          public EmbedderModel model() {
            EmbedderModel model = words.model();
            return new EmbedderModel(
                model.name(), model.dimension(), model.maxTokens(), "", "passage: ", true);
          }
        };
    assertEquals(2 * 7, job(prefixed, 2).build().estimate().tokens()); // 9 + 16 bytes
  }

  /** The endpoint reports more than was counted, so the run notices only after its answers. */
  @Test
  void reportedTokensEndRun() {
    EmbedJob job =
        job(embedder(OptionalLong.of(500)), 200)
            .executor(pool)
            .budget(Budget.UNLIMITED.withTokens(900))
            .build();

    Cancelled cancelled = assertInstanceOf(Cancelled.class, job.runOnce());

    assertEquals(Cancelled.StopReason.TOKEN_BUDGET, cancelled.reason());
    // Three requests are in flight when the budget is spent, and three more wait.
    assertTrue(cancelled.counts().requests() <= 8, () -> cancelled.counts().toString());
    assertEquals(cancelled.counts().requests() * 500, cancelled.counts().tokens());
  }

  @Test
  void budgetedRunsOnManyThreadsEmbedNothingTwice() {
    EmbedJob job =
        job(uncounted, 500).executor(pool).budget(Budget.UNLIMITED.withRequests(7)).build();

    int runs = 0;
    RunOutcome outcome;
    do {
      outcome = job.runOnce();
      runs++;
    } while (outcome instanceof Cancelled && runs < 20);

    completed(outcome);
    List<String> sent = uncounted.requests.stream().flatMap(List::stream).toList();
    assertEquals(500, sent.size());
    assertEquals(500, new HashSet<>(sent).size());
    assertEquals(8, runs); // 7 · 7 requests and one more
  }

  /** No time passes, so the run waits until it is closed. */
  @Test
  void closingEndsWaitForTurn() throws Exception {
    RecordingScheduler scheduler = RecordingScheduler.idle();
    CountDownLatch first = new CountDownLatch(1);
    EmbedJob job =
        job(uncounted, 40)
            .executor(pool)
            .withoutRequestTimeout()
            .scheduler(scheduler)
            .rateLimit(RateLimit.UNLIMITED.withRequestsPerMinute(1))
            .listener(
                event -> {
                  if (event instanceof JobEvent.Progress) {
                    first.countDown();
                  }
                })
            .build();

    Future<RunOutcome> run = pool.submit(job::runOnce);
    assertTrue(first.await(10, TimeUnit.SECONDS), "nothing was embedded");
    job.close();

    Cancelled cancelled = assertInstanceOf(Cancelled.class, run.get(10, TimeUnit.SECONDS));
    assertEquals(Cancelled.StopReason.CLOSED, cancelled.reason());
    assertEquals(1, uncounted.requests.size());
    assertEquals(1, scheduler.tasks.size());
    assertTrue(scheduler.tasks.get(0).delay.compareTo(Duration.ofMinutes(1)) <= 0);
    assertTrue(scheduler.allCancelled());
  }

  @Test
  void rebuildWithKeptVectorsIsEstimatedAsItsRest() {
    completed(job(uncounted, 30).build().runOnce());
    TextPolicy other = TextPolicy.standard().withMaxChunks(3);
    EmbedJob changed = job(uncounted, 0).text(other).build();
    assertInstanceOf(RunOutcome.Blocked.class, changed.runOnce());
    assertEquals(30, changed.estimate().messages());
    assertEquals(30, changed.estimateRebuild().messages());
    completed(changed.rebuild());
    assertEquals(0, changed.estimate().messages());
    assertEquals(30, changed.estimateRebuild().messages());
    archive.insert(ArchiveMessage.of("", "written since"));

    Estimate back = job(uncounted, 0).build().estimate();

    assertEquals(1, back.messages());
    assertEquals(30, back.reused());
  }

  @Test
  void limitsMustBePositive() {
    for (long limit : new long[] {0, -1}) {
      assertThrows(IllegalArgumentException.class, () -> Budget.UNLIMITED.withTokens(limit));
      assertThrows(IllegalArgumentException.class, () -> Budget.UNLIMITED.withRequests(limit));
      assertThrows(
          IllegalArgumentException.class,
          () -> Budget.UNLIMITED.withTime(Duration.ofSeconds(limit)));
      assertThrows(
          IllegalArgumentException.class, () -> RateLimit.UNLIMITED.withRequestsPerMinute(limit));
      assertThrows(
          IllegalArgumentException.class, () -> RateLimit.UNLIMITED.withTokensPerMinute(limit));
    }
  }
}
