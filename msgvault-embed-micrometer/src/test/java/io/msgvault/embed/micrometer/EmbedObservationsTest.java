package io.msgvault.embed.micrometer;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobListener;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.SearchUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class EmbedObservationsTest {
  private static final String REQUEST = "gen_ai.client.operation.duration";

  private final TestObservationRegistry registry = TestObservationRegistry.create();
  private final List<Observation.Context> ended = new CopyOnWriteArrayList<>();
  private final EmbedObservations observations = new EmbedObservations(registry);
  private final MailHost host = new MailHost();
  private final Embedder embedder = observations.observe(host.embedder(), "openai");

  EmbedObservationsTest() {
    ObservationHandler<Observation.Context> recorder =
        new ObservationHandler<>() {
          @Override
          public void onStop(Observation.Context context) {
            ended.add(context);
          }

          @Override
          public boolean supportsContext(Observation.Context context) {
            return true;
          }
        };
    registry.observationConfig().observationHandler(recorder);
  }

  private EmbedJob.Builder job() {
    return host.job(JobListener.NONE, embedder);
  }

  private void requireRequestsInRun() {
    assertThat(registry)
        .hasObservationWithNameEqualTo(REQUEST)
        .that()
        .hasParentObservationContextMatching(
            parent -> "msgvault.embed.run".equals(parent.getName()));
  }

  @Test
  void runAndItsRequestsAreObserved() {
    host.fill(20);
    String model = embedder.model().name();
    String dimension = String.valueOf(embedder.model().dimension());

    RunOutcome outcome = observations.run(job().build()::runOnce);

    assertInstanceOf(RunOutcome.Completed.class, outcome);
    assertThat(registry)
        .hasNumberOfObservationsWithNameEqualTo(REQUEST, 2)
        .hasObservationWithNameEqualTo(REQUEST)
        .that()
        .hasBeenStopped()
        .hasContextualNameEqualTo("embeddings " + model)
        .hasLowCardinalityKeyValue("gen_ai.operation.name", "embeddings")
        .hasLowCardinalityKeyValue("gen_ai.provider.name", "openai")
        .hasLowCardinalityKeyValue("gen_ai.request.model", model)
        .hasHighCardinalityKeyValue("gen_ai.usage.input_tokens", "50")
        .hasHighCardinalityKeyValue("gen_ai.embeddings.dimension.count", dimension);
    assertThat(registry)
        .hasObservationWithNameEqualTo("msgvault.embed.run")
        .that()
        .hasBeenStopped()
        .hasLowCardinalityKeyValue("msgvault.embed.run.outcome", "completed")
        .hasLowCardinalityKeyValue("msgvault.embed.run.reason", "none");
    requireRequestsInRun();
  }

  /** The threads of an executor know nothing of the run's observation. */
  @Test
  void requestOnOtherThreadBelongsToRun() {
    host.fill(20);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      EmbedJob job = job().executor(threads).withoutRequestTimeout().build();
      observations.run(job::runOnce);
    } finally {
      threads.shutdownNow();
    }
    requireRequestsInRun();
  }

  @Test
  void failureIsError() {
    host.fill(3);
    host.failNext(3);

    observations.run(
        job().retry(new RetryPolicy(2, 2, Duration.ZERO, Duration.ZERO)).build()::runOnce);

    assertThat(registry)
        .hasObservationWithNameEqualTo("msgvault.embed.run")
        .that()
        .hasLowCardinalityKeyValue("msgvault.embed.run.outcome", "failed")
        .hasLowCardinalityKeyValue("msgvault.embed.run.reason", "TransientEmbedderException")
        .hasError();
    assertThat(registry).hasObservationWithNameEqualTo(REQUEST).that().hasError();
    assertThrows(
        TransientEmbedderException.class, () -> embedder.embed(List.of("text"), InputType.QUERY));
  }

  @Test
  void searchAndItsQuestionAreObserved() {
    host.fill(20);
    observations.run(job().build()::runOnce);
    ended.clear();

    SearchResult result =
        observations.search(
            host.searcher(embedder), SearchRequest.of("the secret invoice").withLimit(7));

    assertEquals(7, result.hits().size());
    assertThat(registry)
        .hasObservationWithNameEqualTo("msgvault.embed.search")
        .that()
        .hasLowCardinalityKeyValue("msgvault.embed.search.mode", "hybrid")
        .hasLowCardinalityKeyValue("msgvault.embed.search.vector", "answered")
        .hasLowCardinalityKeyValue("msgvault.embed.search.keyword", "answered")
        .hasHighCardinalityKeyValue("msgvault.embed.search.hits", "7");
    assertEquals(
        List.of(REQUEST, "msgvault.embed.search"),
        ended.stream().map(Observation.Context::getName).toList());
    for (Observation.Context context : ended) {
      for (KeyValue value : context.getAllKeyValues()) {
        assertFalse(value.getValue().contains("secret"), value::toString);
      }
    }
  }

  @Test
  void searchThatCannotAnswerIsError() {
    SearchRequest request = SearchRequest.of("question").withMode(SearchMode.VECTOR);
    assertThrows(
        SearchUnavailableException.class,
        () -> observations.search(host.searcher(embedder), request));
    assertThat(registry)
        .hasObservationWithNameEqualTo("msgvault.embed.search")
        .that()
        .hasLowCardinalityKeyValue("msgvault.embed.search.mode", "vector")
        .hasLowCardinalityKeyValue("msgvault.embed.search.vector", "none")
        .hasError();
  }

  @Test
  void observedEmbedderIsOtherwiseTheGivenOne() {
    assertEquals(MailHost.BATCH, embedder.batchSize());
    assertEquals(1, embedder.concurrency());
    embedder.close();
    assertThrows(IllegalStateException.class, embedder::model);
  }
}
