package io.msgvault.embed.cli.reading;

import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.backend.OpenedWords;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.search.Reranker;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.Rejection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Answers questions about an archive while other processes write to it. Words that can't be used
 * are looked for again every few seconds, since a build may make them meanwhile.
 *
 * <p>Safe for use by many threads. The reader owns nothing: closing backend, embedder and reranker
 * is left to the caller.
 */
public final class ArchiveReader {
  /** The most messages of a conversation that are looked at. */
  public static final int MAX_CONVERSATION = 10_000;

  private static final Duration WORDS_AGAIN = Duration.ofSeconds(2);
  private static final Comparator<MessageHeader> BY_TIME =
      Comparator.<MessageHeader, Instant>comparing(header -> header.sentAt().orElse(Instant.MAX))
          .thenComparing(MessageHeader::id);

  private final Backend backend;
  private final Embedder embedder;
  private final Optional<Reranker> reranker;
  private final Clock clock;
  private Opened opened;

  private record Opened(OpenedWords words, Searcher searcher, Instant at) {}

  /**
   * Creates a reader.
   *
   * @param backend the archive, opened for reading at least
   */
  public ArchiveReader(
      Backend backend, Embedder embedder, Optional<Reranker> reranker, Clock clock) {
    this.backend = backend;
    this.embedder = embedder;
    this.reranker = reranker;
    this.clock = clock;
    this.opened = open();
  }

  private Opened open() {
    OpenedWords words = backend.readWords();
    Searcher.Builder searcher =
        Searcher.builder(backend.messages(), backend.vectors(), embedder).clock(clock);
    words.index().ifPresent(searcher::words);
    reranker.ifPresent(searcher::reranker);
    return new Opened(words, searcher.build(), clock.instant());
  }

  private synchronized Opened opened() {
    if (opened.words.note().isPresent() && opened.at.plus(WORDS_AGAIN).isBefore(clock.instant())) {
      opened = open();
    }
    return opened;
  }

  /** Returns the searcher over the words that can be used now. */
  public Searcher searcher() {
    return opened().searcher;
  }

  /** Returns the archive. */
  public Backend backend() {
    return backend;
  }

  /** Returns why the words can't be used, with the remedy; empty if they can. */
  public Optional<String> wordsProblem() {
    return opened().words.note();
  }

  /** Finds messages. */
  public SearchResult search(SearchRequest request) {
    return searcher().search(request);
  }

  /** Finds the messages that come closest in meaning to a message. */
  public SearchResult similarTo(long id, int limit) {
    return searcher().similarTo(id, MessageFilter.ALL, limit);
  }

  /** Returns the headers of the hits that are still live, by id. */
  public Map<Long, MessageHeader> headers(SearchResult result) {
    return backend.headers(result.hits().stream().map(SearchHit::messageId).toList()).stream()
        .collect(Collectors.toMap(MessageHeader::id, Function.identity()));
  }

  /** Returns the header of a live message. */
  public Optional<MessageHeader> header(long id) {
    return backend.headers(List.of(id)).stream().findFirst();
  }

  /** Returns the content of a live message. */
  public Optional<Message> message(long id) {
    return backend.messages().find(List.of(id), MessageText.MAX_CHARACTERS).stream().findFirst();
  }

  /**
   * Returns the live messages of a conversation, the earliest first; those without a time are last.
   * Empty if there are more than {@value #MAX_CONVERSATION}.
   */
  public Optional<List<MessageHeader>> conversation(String id) {
    MessageFilter filter = MessageFilter.builder().conversations(List.of(id)).build();
    return backend
        .messages()
        .findMatching(filter, MAX_CONVERSATION)
        .map(ids -> backend.headers(ids).stream().sorted(BY_TIME).toList());
  }

  /** Returns the state of the index. */
  public IndexStatus status() {
    Opened now = opened();
    return IndexStatus.read(backend.messages(), backend.vectors(), now.words.index(), Scope.ALL);
  }

  /** Returns the active generation, or else the one that is being built. */
  public Optional<Generation> generation() {
    List<Generation> generations = backend.vectors().generations();
    return ofState(generations, Generation.State.ACTIVE)
        .or(() -> ofState(generations, Generation.State.BUILDING));
  }

  private static Optional<Generation> ofState(
      List<Generation> generations, Generation.State state) {
    return generations.stream().filter(generation -> generation.state() == state).findFirst();
  }

  /** Lists the messages that the embedder refused, by id, from the first above {@code after}. */
  public List<Rejection> rejections(long after, int limit) {
    Optional<Generation> building =
        ofState(backend.vectors().generations(), Generation.State.BUILDING);
    return building
        .or(this::generation)
        .map(generation -> backend.messages().rejections(generation.id(), after, limit))
        .orElse(List.of());
  }
}
