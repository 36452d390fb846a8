package io.msgvault.embed.search;

import io.msgvault.embed.Coverage;
import io.msgvault.embed.Embedder;
import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.Generation;
import io.msgvault.embed.Message;
import io.msgvault.embed.MessageFilter;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.Purpose;
import io.msgvault.embed.VectorHit;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Searches the active generation by meaning, the same way over every backend. Only live messages
 * that match the filter are found, and there are always as many hits as the limit allows and the
 * index holds.
 *
 * <p>A filter is planned once: if few messages match, they are compared exactly; if many do, the
 * index is searched and what does not match is left out, asking for more until there is enough.
 *
 * <p>Safe for use by many threads. It owns neither the stores nor the embedder.
 */
public final class Searcher {
  /**
   * So many matches are few: comparing them exactly costs less than a search that finds them among
   * all others.
   */
  private static final int FEW = 5000;

  private static final int WIDENING = 4;

  private final MessageStore messages;
  private final VectorStore vectors;
  private final Embedder embedder;
  private final TextPolicy text;
  private final TextPreparer preparer;
  private final Clock clock;
  private final Duration coverageAge;
  private volatile @Nullable Counted counted;

  private record Counted(long generation, Instant at, Coverage coverage) {}

  private Searcher(Builder builder) {
    this.messages = builder.messages;
    this.vectors = builder.vectors;
    this.embedder = builder.embedder;
    this.text = builder.text;
    this.preparer = new TextPreparer(builder.text);
    this.clock = builder.clock;
    this.coverageAge = builder.coverageAge;
  }

  /** Starts to wire a searcher; everything else has a default. */
  public static Builder builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
    return new Builder(messages, vectors, embedder);
  }

  /**
   * Finds the messages that come closest in meaning.
   *
   * @throws SearchUnavailableException if no index can answer
   * @throws io.msgvault.embed.EmbedderException if the question can't be embedded
   */
  public SearchResult search(SearchRequest request) {
    Generation active = requireActive();
    Fingerprint ours = Fingerprint.of(embedder.model(), text, active.fingerprint().scope());
    if (!ours.model().equals(active.fingerprint().model())
        || ours.dimension() != active.fingerprint().dimension()) {
      throw new SearchUnavailableException(
          Reason.STALE_INDEX,
          "generation "
              + active.id()
              + " was built by "
              + active.fingerprint().model()
              + ", but queries would be embedded by "
              + ours.model()
              + ": search with the index's model, or rebuild with the new one");
    }
    float[] query = embedder.embed(List.of(request.text()), Purpose.QUERY).get(0);
    return answer(active, find(active, query, request.filter(), request.limit()));
  }

  /**
   * Finds the messages that come closest in meaning to a message of the index, which itself is left
   * out.
   *
   * @param messageId the message; no hits if it is not in the index
   * @param limit the most hits, 1 to {@value SearchRequest#MAX_LIMIT}
   * @throws SearchUnavailableException if no index can answer
   */
  public SearchResult similarTo(long messageId, MessageFilter filter, int limit) {
    SearchRequest.requireLimit(limit);
    Generation active = requireActive();
    List<VectorHit> hits =
        vectors.vectors(active.id(), List.of(messageId)).stream()
            .findFirst()
            .flatMap(Searcher::centre)
            .map(query -> find(active, query, filter, limit + 1))
            .orElse(List.of())
            .stream()
            .filter(hit -> hit.messageId() != messageId)
            .limit(limit)
            .toList();
    return answer(active, hits);
  }

  private Generation requireActive() {
    List<Generation> generations = vectors.generations();
    return generations.stream()
        .filter(generation -> generation.state() == Generation.State.ACTIVE)
        .findFirst()
        .orElseThrow(
            () ->
                generations.stream()
                        .anyMatch(generation -> generation.state() == Generation.State.BUILDING)
                    ? new SearchUnavailableException(
                        Reason.FIRST_INDEX_BUILDING,
                        "the first index is still being built: search when the job has completed it")
                    : new SearchUnavailableException(
                        Reason.NO_INDEX, "there is no index yet: run the job to build one"));
  }

  private List<VectorHit> find(Generation active, float[] query, MessageFilter filter, int limit) {
    if (!filter.equals(MessageFilter.ALL)) {
      Optional<List<Long>> few = messages.match(filter, FEW);
      if (few.isPresent()) {
        return vectors.searchAmong(active.id(), query, limit, few.get());
      }
    }
    int wanted = limit + limit / 2;
    while (true) {
      List<VectorHit> found = vectors.search(active.id(), query, wanted);
      Set<Long> matching =
          messages.retain(found.stream().map(VectorHit::messageId).toList(), filter);
      List<VectorHit> hits =
          found.stream().filter(hit -> matching.contains(hit.messageId())).limit(limit).toList();
      if (hits.size() == limit || found.size() < wanted) {
        return hits;
      }
      wanted = (int) Math.min(Integer.MAX_VALUE, (long) wanted * WIDENING);
    }
  }

  /**
   * The sum of the message's chunk vectors, each at length 1: the direction they have in common.
   */
  private static Optional<float[]> centre(MessageVectors message) {
    float[] sum = new float[message.chunks().get(0).vector().length];
    message
        .chunks()
        .forEach(
            chunk -> {
              double squares = 0;
              for (float component : chunk.vector()) {
                squares += (double) component * component;
              }
              for (int i = 0; i < sum.length; i++) {
                sum[i] += (float) (chunk.vector()[i] / Math.sqrt(squares));
              }
            });
    for (float component : sum) {
      if (component != 0) {
        return Optional.of(sum);
      }
    }
    return Optional.empty();
  }

  private SearchResult answer(Generation active, List<VectorHit> found) {
    boolean samePolicy = active.fingerprint().text().equals(text.id());
    Map<Long, Message> contents =
        samePolicy
            ? messages
                .find(found.stream().map(VectorHit::messageId).toList(), text.maxBodyCharacters())
                .stream()
                .collect(Collectors.toMap(Message::id, Function.identity()))
            : Map.of();
    List<SearchHit> hits =
        found.stream()
            .map(
                hit ->
                    new SearchHit(
                        hit.messageId(),
                        hit.score(),
                        Optional.ofNullable(contents.get(hit.messageId()))
                            .filter(message -> message.revision() == hit.revision())
                            .map(message -> passage(message, hit))))
            .toList();
    return new SearchResult(hits, active, coverage(active));
  }

  private Passage passage(Message message, VectorHit hit) {
    String prepared = preparer.prepare(message.subject(), message.text(), message.html());
    return new Passage(hit.start(), hit.end(), prepared.substring(hit.start(), hit.end()));
  }

  private Coverage coverage(Generation active) {
    Instant now = clock.instant();
    Counted last = counted;
    if (last == null
        || last.generation() != active.id()
        || last.at().isAfter(now)
        || last.at().plus(coverageAge).isBefore(now)) {
      last =
          new Counted(
              active.id(), now, messages.coverage(active.id(), active.fingerprint().scope()));
      counted = last;
    }
    return last.coverage();
  }

  /** Wires a searcher. Not safe for use by many threads. */
  public static final class Builder {
    private final MessageStore messages;
    private final VectorStore vectors;
    private final Embedder embedder;
    private TextPolicy text = TextPolicy.standard();
    private Clock clock = Clock.systemUTC();
    private Duration coverageAge = Duration.ofSeconds(10);

    private Builder(MessageStore messages, VectorStore vectors, Embedder embedder) {
      this.messages = messages;
      this.vectors = vectors;
      this.embedder = embedder;
    }

    /**
     * The text policy of the job, needed to show passages. Default: {@link TextPolicy#standard}.
     */
    public Builder text(TextPolicy policy) {
      text = policy;
      return this;
    }

    /** The clock for {@link #coverageAge}. Default: the system's. */
    public Builder clock(Clock source) {
      clock = source;
      return this;
    }

    /**
     * How old the coverage in a result may be: counting takes longer than searching, so it is not
     * done for each search. Default: 10 seconds.
     */
    public Builder coverageAge(Duration most) {
      coverageAge = most;
      return this;
    }

    /** The searcher. */
    public Searcher build() {
      return new Searcher(this);
    }
  }
}
