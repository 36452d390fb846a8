package io.msgvault.embed.testkit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.testkit.job.ScriptedEmbedder.Script;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests whom a job blames for a failure: a text or the embedder (EJ-5). */
class JobFaultsTest {
  /** The ways to fail. An embedder may choose any of them for any reason. */
  private enum Failure {
    TRANSIENT,
    REJECTED,
    UNAVAILABLE;

    EmbedderException exception() {
      return switch (this) {
        case TRANSIENT -> new TransientEmbedderException("busy");
        case REJECTED -> new RejectedInputException("too odd");
        case UNAVAILABLE -> new EmbedderUnavailableException("forbidden");
      };
    }
  }

  private InMemoryArchive archive = new InMemoryArchive();
  private InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final ExecutorService pool = Executors.newCachedThreadPool();

  @AfterEach
  void stopPool() {
    pool.shutdownNow();
  }

  private EmbedJob.Builder job(ScriptedEmbedder embedder) {
    return EmbedJob.builder(messages, vectors, embedder)
        .scheduler(RecordingScheduler.immediate())
        .withoutRequestTimeout();
  }

  /** Begins a new archive with so many messages, and a new index. */
  private void startWith(int count) {
    archive = new InMemoryArchive();
    messages = new InMemoryMessageStore(archive);
    vectors = new InMemoryVectorStore(new InMemoryIndex());
    for (int i = 1; i <= count; i++) {
      archive.insert(ArchiveMessage.of("subject", "text number " + i + " of many"));
    }
  }

  private static Predicate<String> number(int... numbers) {
    return text -> {
      for (int number : numbers) {
        if (text.contains("number " + number + " of")) {
          return true;
        }
      }
      return false;
    };
  }

  /** Fails on these texts, each time and in every batch. */
  private static Script failingOn(Predicate<String> poison, Failure failure) {
    return (request, texts, delegate) -> {
      if (texts.stream().anyMatch(poison)) {
        throw failure.exception();
      }
      return delegate.embed(texts, InputType.DOCUMENT);
    };
  }

  /** Fails in these requests, whatever they hold. */
  private static Script failingIn(IntPredicate requests, Failure failure) {
    return (request, texts, delegate) -> {
      if (requests.test(request)) {
        throw failure.exception();
      }
      return delegate.embed(texts, InputType.DOCUMENT);
    };
  }

  private Coverage coverage() {
    return messages.coverage(1, Scope.ALL);
  }

  // One text is at fault

  @Test
  void rejectedTextInBatchOf64CostsAtMost18Requests() {
    startWith(64);
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(64, 1, failingOn(number(37), Failure.REJECTED));

    RunOutcome outcome = job(embedder).build().runOnce();

    assertInstanceOf(RunOutcome.Completed.class, outcome);
    assertEquals(new Coverage(64, 63, 0, 1, 0), coverage());
    assertEquals(List.of(new Rejection(37, "too odd")), messages.rejections(1, 0, 10));
    assertTrue(embedder.requests.size() <= 1 + 18, embedder.requests.size() + " requests");
  }

  @Test
  void singleTextIsRejectedBetweenGoodTexts() {
    startWith(1);
    ScriptedEmbedder embedder = new ScriptedEmbedder(8, 1, failingOn(number(1), Failure.REJECTED));

    job(embedder).build().runOnce();

    assertEquals(new Coverage(1, 0, 0, 1, 0), coverage());
    assertEquals(
        List.of(true, false, true, false),
        embedder.requests.stream().map(texts -> number(1).test(texts.get(0))).toList());
  }

  @Test
  void textThatAlwaysFailsIsRejected() {
    for (Failure failure : Failure.values()) {
      startWith(100);
      for (ScriptedEmbedder embedder :
          List.of(
              new ScriptedEmbedder(8, 1, failingOn(number(1, 42, 43, 100), failure)),
              new ScriptedEmbedder(32, 4, failingOn(number(1, 42, 43, 100), failure)),
              new ScriptedEmbedder(1, 2, failingOn(number(1, 42, 43, 100), failure)))) {
        job(embedder).build().retryRejected();
        job(embedder).executor(pool).build().runOnce();

        assertEquals(new Coverage(100, 96, 0, 4, 0), coverage());
        assertEquals(1, vectors.active().orElseThrow().id());
        assertTrue(embedder.requests.size() < 200, embedder.requests.size() + " requests");
      }
    }
  }

  @Test
  void onlyTextThatAlwaysFailsIsRejected() {
    for (Failure failure : Failure.values()) {
      startWith(1);

      job(new ScriptedEmbedder(8, 2, failingOn(number(1), failure))).build().runOnce();

      assertEquals(new Coverage(1, 0, 0, 1, 0), coverage());
    }
  }

  @Test
  void everyBatchMayHoldTextThatFails() {
    for (Failure failure : Failure.values()) {
      startWith(60);
      Predicate<String> everyThird = text -> Integer.parseInt(text.replaceAll("\\D", "")) % 3 == 0;
      Predicate<String> poison = text -> text.contains("of many") && everyThird.test(text);
      ScriptedEmbedder embedder = new ScriptedEmbedder(4, 1, failingOn(poison, failure));

      job(embedder).build().runOnce();

      assertEquals(new Coverage(60, 40, 0, 20, 0), coverage());
      assertTrue(embedder.requests.size() < 60 * 6, embedder.requests.size() + " requests");
    }
  }

  @Test
  void backstopTriesRejectedTextsOnce() {
    for (Failure failure : Failure.values()) {
      startWith(20);
      job(new ScriptedEmbedder(8, 1, failingOn(number(7, 8), failure))).build().runOnce();
      assertEquals(2, coverage().rejected());

      ScriptedEmbedder healed = new ScriptedEmbedder(8, 1, failingOn(number(8), failure));
      job(healed).build().runOnce();
      assertEquals(List.of(), healed.requests);
      job(healed).build().runBackstop();

      assertEquals(new Coverage(20, 19, 0, 1, 0), coverage());
      assertEquals(8, messages.rejections(1, 0, 10).get(0).messageId());
    }
  }

  @Test
  void repeatedTextIsTriedOnce() {
    for (int i = 0; i < 100; i++) {
      archive.insert(ArchiveMessage.of("subject", "text number 1 of many"));
    }
    ScriptedEmbedder embedder = new ScriptedEmbedder(8, 1, failingOn(number(1), Failure.REJECTED));

    job(embedder).build().runOnce();

    assertEquals(100, coverage().rejected());
    assertEquals(4, embedder.requests.size());
  }

  // The embedder is at fault

  @Test
  void noMessageIsRejectedIfAllTextsFail() {
    for (Failure failure : Failure.values()) {
      startWith(20);
      ScriptedEmbedder embedder = new ScriptedEmbedder(8, 1, failingIn(request -> true, failure));

      assertFailed(failure, job(embedder).build().runOnce());

      assertEquals(new Coverage(20, 0, 0, 0, 20), coverage());
      int most = failure == Failure.TRANSIENT ? RetryPolicy.STANDARD.maxFailures() : 2;
      assertEquals(most, embedder.requests.size());
    }
  }

  @Test
  void noMessageIsRejectedIfEmbedderTurnsBad() {
    for (Failure failure : Failure.values()) {
      startWith(1300);
      for (int concurrency : new int[] {1, 4}) {
        for (int good : new int[] {1, 2, 5, 9}) {
          ScriptedEmbedder embedder =
              new ScriptedEmbedder(32, concurrency, failingIn(request -> request > good, failure));

          assertFailed(failure, job(embedder).executor(pool).build().rebuild());

          assertEquals(0, coverage().rejected());
          assertEquals(List.of(), vectors.active().stream().toList());
          assertTrue(embedder.requests.size() <= good + 24, embedder.requests.size() + " requests");
        }
      }
      ScriptedEmbedder well = new ScriptedEmbedder(32, 4, failingIn(request -> false, failure));
      assertInstanceOf(RunOutcome.Completed.class, job(well).build().runOnce());
      assertEquals(new Coverage(1300, 1300, 0, 0, 0), coverage());
    }
  }

  @Test
  void onlyOddTextsAreRejectedBeforeEmbedderTurnsBad() {
    startWith(40);
    Script bad = failingIn(request -> true, Failure.REJECTED);
    Script odd = failingOn(number(3, 12, 21), Failure.REJECTED);
    for (int turn = 3; turn < 25; turn++) {
      int last = turn;
      ScriptedEmbedder embedder =
          new ScriptedEmbedder(
              8,
              1,
              (request, texts, delegate) ->
                  (request > last ? bad : odd).answer(request, texts, delegate));

      job(embedder).build().runOnce();

      List<Long> rejected =
          messages.rejections(1, 0, 40).stream().map(Rejection::messageId).toList();
      assertTrue(List.of(3L, 12L, 21L).containsAll(rejected), rejected.toString());
    }
  }

  /** A gateway answers for the embedder what it has answered before. */
  @Test
  void noMessageIsRejectedIfOnlyPlainSentencesEmbed() {
    startWith(100);
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            8,
            1,
            (request, texts, delegate) -> {
              if (request > 3 && texts.stream().anyMatch(text -> text.contains("number"))) {
                throw new RejectedInputException("no");
              }
              return embed(texts, delegate);
            });

    assertFailed(Failure.REJECTED, job(embedder).build().runOnce());

    assertEquals(0, coverage().rejected());
  }

  /** A server that lacks memory for long texts by now, or counts their tokens against a quota. */
  @Test
  void noMessageIsRejectedIfOnlyShortTextsEmbedAnyMore() {
    String words = " and a few words more".repeat(50);
    for (Failure failure : List.of(Failure.REJECTED, Failure.UNAVAILABLE)) {
      startWith(0);
      for (int i = 1; i <= 200; i++) {
        String end = i % 3 == 0 ? "" : words;
        archive.insert(ArchiveMessage.of("subject", "text number " + i + " of many" + end));
      }
      for (int batch : new int[] {1, 8, 32}) {
        Script bad = failingOn(text -> text.length() > 500, failure);
        ScriptedEmbedder embedder =
            new ScriptedEmbedder(
                batch,
                1,
                (request, texts, delegate) ->
                    request > 3
                        ? bad.answer(request, texts, delegate)
                        : delegate.embed(texts, InputType.DOCUMENT));

        assertFailed(failure, job(embedder).build().rebuild());

        assertEquals(0, coverage().rejected());
      }
    }
  }

  /** A server that has lost its model for a while, or one of two behind a balancer. */
  @Test
  void noMessageIsRejectedIfEmbedderIsBadForAWhile() {
    for (int length : new int[] {1, 2, 3, 5, 8, 13, 21}) {
      for (int first = 1; first < 12; first++) {
        int from = first;
        startWith(20);
        ScriptedEmbedder embedder =
            new ScriptedEmbedder(
                8,
                1,
                failingIn(request -> request >= from && request < from + length, Failure.REJECTED));
        job(embedder).build().runOnce();
        assertEquals(0, coverage().rejected());
      }
    }
  }

  @Test
  void noMessageIsRejectedIfEmbedderFailsNowAndThen() {
    for (int every : new int[] {2, 3}) {
      startWith(200);
      for (Failure failure : Failure.values()) {
        ScriptedEmbedder embedder =
            new ScriptedEmbedder(8, 1, failingIn(request -> request % every == 0, failure));
        job(embedder).build().runOnce();
        assertEquals(0, coverage().rejected());
      }
    }
  }

  private static void assertFailed(Failure failure, RunOutcome outcome) {
    RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, outcome);
    Class<? extends EmbedderException> cause =
        failure == Failure.TRANSIENT
            ? TransientEmbedderException.class
            : EmbedderUnavailableException.class;
    assertInstanceOf(cause, failed.cause());
    assertEquals(0, failed.counts().rejected());
  }

  /** While the good texts fail transiently, too, no text is blamed for such a failure. */
  @Test
  void textIsLeftForNextRunIfEmbedderIsBusyDuringTrial() {
    startWith(1);
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            8,
            1,
            (request, texts, delegate) -> {
              boolean afterSuspect = request == 10; // good texts before are the requests 4 and 6
              if (number(1).test(texts.get(0)) || afterSuspect) {
                throw new TransientEmbedderException("busy");
              }
              return embed(texts, delegate);
            });

    RunOutcome outcome = job(embedder).build().runOnce();

    assertEquals(1, assertInstanceOf(RunOutcome.Completed.class, outcome).counts().failed());
    assertEquals(new Coverage(1, 0, 0, 0, 1), coverage());
  }

  private static List<float[]> embed(List<String> texts, Embedder delegate) {
    return delegate.embed(texts, InputType.DOCUMENT);
  }
}
