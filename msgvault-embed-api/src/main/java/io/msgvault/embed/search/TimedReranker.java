package io.msgvault.embed.search;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a reranker, but waits only so long for it. A call that comes too late is interrupted, and
 * its answer is ignored.
 */
final class TimedReranker {
  /** The maximum number of calls at once, those that came too late and still run included. */
  private static final int MAX_CALLS = 16;

  private final Reranker reranker;
  private final Duration deadline;
  private final ThreadPoolExecutor threads;

  TimedReranker(Reranker reranker, Duration deadline) {
    this.reranker = reranker;
    this.deadline = deadline;
    this.threads =
        new ThreadPoolExecutor(
            0, MAX_CALLS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), TimedReranker::thread);
  }

  private static Thread thread(Runnable call) {
    Thread thread = new Thread(call, "msgvault-embed-reranker");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Scores texts.
   *
   * @throws EmbedderException if the reranker throws one
   * @throws SearchUnavailableException if it is late, or fails in another way
   */
  List<Double> score(String question, List<String> texts) {
    Future<List<Double>> call;
    try {
      call = threads.submit(() -> reranker.score(question, texts));
    } catch (RejectedExecutionException e) {
      throw new SearchUnavailableException(
          Reason.RERANKER_LATE,
          "the reranker still works on " + MAX_CALLS + " earlier questions: rerank fewer hits",
          e);
    }
    try {
      return requireUsable(
          call.get(TimeUnit.NANOSECONDS.convert(deadline), TimeUnit.NANOSECONDS), texts.size());
    } catch (TimeoutException e) {
      throw new SearchUnavailableException(
          Reason.RERANKER_LATE,
          "the reranker did not score "
              + texts.size()
              + " hits within "
              + TimeUnit.MILLISECONDS.convert(deadline)
              + " ms: rerank fewer, or wait longer",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SearchUnavailableException(
          Reason.RERANKER_LATE, "the search was interrupted while the reranker worked", e);
    } catch (ExecutionException e) {
      throw failure(e);
    } finally {
      call.cancel(true);
    }
  }

  private static RuntimeException failure(ExecutionException failed) {
    return failed.getCause() instanceof EmbedderException known
        ? known
        : new SearchUnavailableException(
            Reason.RERANKER_FAILED, "the reranker failed: see the cause", failed);
  }

  private static List<Double> requireUsable(List<Double> scores, int texts) {
    if (scores.size() != texts || !scores.stream().allMatch(Double::isFinite)) {
      throw new SearchUnavailableException(
          Reason.RERANKER_FAILED,
          "the reranker gave "
              + scores.size()
              + " scores for "
              + texts
              + " texts, or some that are not finite: it breaks the contract of Reranker");
    }
    return scores;
  }
}
