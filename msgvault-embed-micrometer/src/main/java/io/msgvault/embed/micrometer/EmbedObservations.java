package io.msgvault.embed.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.SignalState;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Observes runs, requests to an embedder, and searches, for traces and timers.
 *
 * <pre>{@code
 * EmbedObservations observations = new EmbedObservations(registry);
 * Embedder observed = observations.observe(embedder, "openai");
 * RunOutcome outcome = observations.run(job::runOnce); // of a job over the observed embedder
 * SearchResult result = observations.search(searcher, request);
 * }</pre>
 *
 * <p>A request follows OpenTelemetry's conventions for generative AI: its name is {@code
 * gen_ai.client.operation.duration}, its operation {@code embeddings}, and its tokens are those
 * that the endpoint reports. Its parent is the observation of its thread, or else the run. {@code
 * docs/metrics.md} lists all names. No value holds text of a message or a question.
 *
 * <p>Safe for use by many threads. Create one for each job, so that requests find their run.
 */
public final class EmbedObservations {
  static final String RUN = EmbedMetrics.PREFIX + "run";
  static final String SEARCH = EmbedMetrics.PREFIX + "search";
  static final String OUTCOME = EmbedMetrics.PREFIX + "run.outcome";
  static final String REASON = EmbedMetrics.PREFIX + "run.reason";
  static final String MODE = EmbedMetrics.PREFIX + "search.mode";
  static final String VECTOR = EmbedMetrics.PREFIX + "search.vector";
  static final String KEYWORD = EmbedMetrics.PREFIX + "search.keyword";
  static final String HITS = EmbedMetrics.PREFIX + "search.hits";

  private final ObservationRegistry registry;
  private final AtomicReference<@Nullable Observation> run = new AtomicReference<>();

  /** Creates observations in a registry. */
  public EmbedObservations(ObservationRegistry registry) {
    this.registry = registry;
  }

  /**
   * Returns an embedder that observes each call. Closing it closes the given one.
   *
   * @param embedder the embedder
   * @param provider who serves the model, such as {@code openai} or {@code onnx}
   */
  public Embedder observe(Embedder embedder, String provider) {
    return new ObservedEmbedder(embedder, provider, this);
  }

  /**
   * Does a run and observes it. A run that fails is an error of the observation.
   *
   * @param call the run, such as {@code job::runOnce}
   * @return its outcome
   */
  public RunOutcome run(Supplier<RunOutcome> call) {
    Observation observation =
        Observation.createNotStarted(RUN, registry).contextualName("embed run");
    return observation.observe(
        () -> {
          run.set(observation);
          try {
            RunOutcome outcome = call.get();
            observation.lowCardinalityKeyValue(OUTCOME, OutcomeNames.of(outcome));
            observation.lowCardinalityKeyValue(REASON, OutcomeNames.reason(outcome));
            if (outcome instanceof RunOutcome.Failed failed) {
              observation.error(failed.cause());
            }
            return outcome;
          } finally {
            run.compareAndSet(observation, null);
          }
        });
  }

  /**
   * Searches and observes it.
   *
   * @param searcher the searcher
   * @param request the request
   * @return what the searcher returns; its exceptions are passed on
   */
  public SearchResult search(Searcher searcher, SearchRequest request) {
    Observation observation =
        Observation.createNotStarted(SEARCH, registry)
            .contextualName("embed search")
            .lowCardinalityKeyValue(MODE, EmbedMetrics.lower(request.mode()))
            // Every search has the same keys, as some registries demand.
            .lowCardinalityKeyValue(KeyValue.of(VECTOR, KeyValue.NONE_VALUE))
            .lowCardinalityKeyValue(KeyValue.of(KEYWORD, KeyValue.NONE_VALUE));
    return observation.observe(
        () -> {
          SearchResult result = searcher.search(request);
          observation.lowCardinalityKeyValue(VECTOR, name(result.vector()));
          observation.lowCardinalityKeyValue(KEYWORD, name(result.keyword()));
          observation.highCardinalityKeyValue(HITS, String.valueOf(result.hits().size()));
          return result;
        });
  }

  private static String name(SignalState state) {
    return state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** Begins the observation of a request. It belongs to the run if its thread observes nothing. */
  Observation request(String provider, String model, int dimension) {
    Observation observation =
        Observation.createNotStarted(GenAi.OPERATION_DURATION, registry)
            .contextualName(GenAi.EMBEDDINGS + " " + model)
            .lowCardinalityKeyValue(GenAi.OPERATION_NAME, GenAi.EMBEDDINGS)
            .lowCardinalityKeyValue(GenAi.PROVIDER_NAME, provider)
            .lowCardinalityKeyValue(GenAi.REQUEST_MODEL, model)
            .highCardinalityKeyValue(GenAi.DIMENSIONS, String.valueOf(dimension));
    Observation current = run.get();
    if (registry.getCurrentObservation() == null && current != null) {
      observation.parentObservation(current);
    }
    return observation;
  }
}
