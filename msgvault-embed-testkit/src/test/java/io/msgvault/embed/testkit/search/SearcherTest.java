package io.msgvault.embed.testkit.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
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
import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.search.Reranker;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.SearchHit.TextForm;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.SearchStage;
import io.msgvault.embed.search.SearchUnavailableException;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.SignalState.Answered;
import io.msgvault.embed.search.SignalState.NotAsked;
import io.msgvault.embed.search.SignalState.Unavailable;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.testkit.model.SearchWords;
import io.msgvault.embed.text.WordAnalyzer;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SearcherTest {
  private static final List<Long> IDS = LongStream.rangeClosed(1, 100).boxed().toList();

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final Embedder embedder = new HashEmbedder();
  private final InMemoryWordIndex words =
      new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordAnalyzer.english());

  @BeforeEach
  void fill() {
    for (int i = 1; i <= 20; i++) {
      archive.insert(ArchiveMessage.of("report " + i, "nothing new in week " + i));
    }
    archive.insert(ArchiveMessage.of("roof", "a heron stood there all morning"));
    archive.insert(ArchiveMessage.of("pond", "> the heron is back\n\nso are the frogs"));
  }

  @Test
  void keywordSearchNeedsNoIndex() {
    SearchResult result = search("heron", SearchMode.KEYWORD);
    assertEquals(List.of(21L, 22L), ids(result).stream().sorted().toList());
    assertInstanceOf(NotAsked.class, result.vector());
    assertEquals(new Answered(false), result.keyword());
    assertTrue(result.index().isEmpty());
    SearchHit first = result.hits().get(0);
    assertEquals(1, first.keyword().orElseThrow().rank());
    assertEquals(first.score(), first.keyword().orElseThrow().score());
  }

  @Test
  void wordOfNoMessageStandsForItsCompounds() {
    archive.insert(ArchiveMessage.of("street", "they live in the \u0141\u00f3d\u017astra\u00dfe"));
    archive.insert(ArchiveMessage.of("short", "an odd word: hersham"));
    assertEquals(List.of(23L), ids(search("who lives near Lodz?", SearchMode.KEYWORD)));
    assertEquals(List.of(21L, 22L), sorted(search("heron", SearchMode.KEYWORD)));
    assertEquals(List.of(), ids(search("her", SearchMode.KEYWORD)), "three letters are too few");
    assertTrue(passageOf(search("Lodz", SearchMode.KEYWORD), 23).words().size() > 0);
  }

  private static List<Long> sorted(SearchResult result) {
    return ids(result).stream().sorted().toList();
  }

  @Test
  void quotedTextIsSearchedByKeyword() {
    Passage passage = passageOf(search("heron", SearchMode.KEYWORD), 22);
    assertEquals(TextForm.READABLE, passage.form());
    assertTrue(passage.text().contains("the heron is back"), passage.text());
    SearchHit.Span word = passage.words().get(0);
    assertEquals("heron", passage.text().substring(word.start(), word.end()));
  }

  @Test
  void vectorSearchNeedsIndexOfSameModel() {
    assertEquals(Reason.NO_INDEX, unavailable(embedder).reason());
    run();
    assertEquals(Reason.STALE_INDEX, unavailable(new HashEmbedder(32, 256)).reason());
    SearchResult result = search("heron", SearchMode.VECTOR);
    assertEquals(10, result.hits().size());
    assertEquals(new Answered(true), result.vector());
    assertInstanceOf(NotAsked.class, result.keyword());
    assertEquals(22, result.index().orElseThrow().coverage().embedded());
  }

  @Test
  void hybridSearchReportsSignals() {
    SearchResult before = search("heron", SearchMode.HYBRID);
    Unavailable unavailable = assertInstanceOf(Unavailable.class, before.vector());
    assertInstanceOf(SearchUnavailableException.class, unavailable.cause());
    assertEquals(2, before.hits().size());
    run();
    SearchResult after = search("heron", SearchMode.HYBRID);
    assertInstanceOf(Answered.class, after.vector());
    assertInstanceOf(Answered.class, after.keyword());
    assertEquals(10, after.hits().size());
    assertTrue(ids(after).subList(0, 2).containsAll(List.of(21L, 22L)), after.toString());
  }

  @Test
  void keywordsStillWorkWhenEmbedderFails() {
    run();
    EmbedderUnavailableException down = new EmbedderUnavailableException("no route");
    Embedder broken = new BrokenEmbedder(down);
    SearchResult result = searcher(broken).search(SearchRequest.of("heron"));
    assertSame(down, assertInstanceOf(Unavailable.class, result.vector()).cause());
    assertEquals(2, result.hits().size());
    SearchRequest byVectors = SearchRequest.of("heron").withMode(SearchMode.VECTOR);
    assertSame(
        down,
        assertThrows(EmbedderUnavailableException.class, () -> searcher(broken).search(byVectors)));
  }

  @Test
  void fullCandidatePoolIsReported() {
    Searcher narrow = builder(embedder).candidates(1).build();
    SearchRequest one = SearchRequest.of("heron").withMode(SearchMode.KEYWORD).withLimit(1);
    assertEquals(new Answered(true), narrow.search(one).keyword());
    assertEquals(1, narrow.search(one).hits().size());
    assertEquals(List.of(), narrow.search(one.withOffset(1)).hits());
  }

  @Test
  void deletedMessageIsNotFound() {
    run();
    archive.delete(21);
    assertTrue(!ids(search("heron", SearchMode.HYBRID)).contains(21L));
  }

  @Test
  void filtersApplyToBothSignals() {
    run();
    SearchRequest none =
        SearchRequest.of("heron")
            .withFilter(MessageFilter.builder().subjectContains("report").build())
            .withLimit(100);
    assertEquals(20, searcher(embedder).search(none).hits().size());
    assertEquals(List.of(), searcher(embedder).search(none.withMode(SearchMode.KEYWORD)).hits());
  }

  @Test
  void settingsAreValidated() {
    Searcher.Builder builder = Searcher.builder(messages, vectors, embedder);
    assertThrows(IllegalArgumentException.class, () -> builder.candidates(0));
    SearchRequest request = SearchRequest.of("x");
    assertThrows(IllegalArgumentException.class, () -> request.withOffset(-1));
    assertThrows(IllegalArgumentException.class, () -> request.withLimit(1_001));
  }

  @Test
  void searchWithoutWordIndexIsByVectorsAlone() {
    run();
    Searcher searcher = Searcher.builder(messages, vectors, embedder).build();
    SearchRequest request = SearchRequest.of("heron");
    SearchResult result = searcher.search(request);
    assertInstanceOf(Answered.class, result.vector());
    assertInstanceOf(Unavailable.class, result.keyword());
    SearchUnavailableException refusal =
        assertThrows(
            SearchUnavailableException.class,
            () -> searcher.search(request.withMode(SearchMode.KEYWORD)));
    assertEquals(Reason.NO_KEYWORDS, refusal.reason());
  }

  /** Another process has made the words anew, in another language or by a later version. */
  @Test
  void wordsThatWereMadeAnewInAnotherWayAreLeftOut() {
    run();
    for (StoreException failure :
        List.of(
            new WordPolicyException("mail", "other", "english", "uninstall"),
            new NewerSchemaException("mail", "words", 2, 1))) {
      Searcher searcher =
          Searcher.builder(messages, vectors, embedder).words(failingSearch(failure)).build();
      SearchResult result = searcher.search(SearchRequest.of("heron"));
      assertInstanceOf(Answered.class, result.vector());
      assertInstanceOf(Unavailable.class, result.keyword());
    }
  }

  private WordIndex failingSearch(StoreException failure) {
    return (WordIndex)
        Proxy.newProxyInstance(
            WordIndex.class.getClassLoader(),
            new Class<?>[] {WordIndex.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("search")) {
                throw failure;
              }
              return method.invoke(words, arguments);
            });
  }

  /** The question is embedded after the first call, which may take a while. */
  @Test
  void wordsThatAreLostDuringSearchAreLeftOut() {
    run();
    SearchWords.write(messages, IDS, words);
    boolean lost = true;
    for (int good = 0; lost; good++) {
      AtomicInteger calls = new AtomicInteger(good);
      Searcher searcher =
          Searcher.builder(messages, vectors, embedder).words(lostAfter(calls)).build();
      SearchResult result = searcher.search(SearchRequest.of("heron"));
      assertInstanceOf(Answered.class, result.vector());
      lost = calls.get() < 0;
      assertEquals(lost, result.keyword() instanceof Unavailable);
      assertEquals(!lost, result.words().isPresent());
    }
  }

  private WordIndex lostAfter(AtomicInteger calls) {
    return (WordIndex)
        Proxy.newProxyInstance(
            WordIndex.class.getClassLoader(),
            new Class<?>[] {WordIndex.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("analyzer") && calls.decrementAndGet() < 0) {
                throw new NotInstalledException("mail", "words", "install");
              }
              return method.invoke(words, arguments);
            });
  }

  @Test
  void timesMayBeWithoutEnd() {
    run();
    Duration forever = ChronoUnit.FOREVER.getDuration();
    Searcher searcher =
        builder(embedder)
            .coverageAge(forever)
            .reranker(new EqualReranker())
            .rerankWithin(forever)
            .build();
    for (int i = 0; i < 2; i++) {
      assertInstanceOf(Answered.class, searcher.search(SearchRequest.of("heron")).reranker());
    }
  }

  @Test
  void severalPassagesAreQuoted() {
    archive.insert(
        ArchiveMessage.of("log", "a gull\n" + "nothing else ".repeat(60) + "\nanother gull"));
    SearchRequest request = SearchRequest.of("gull").withMode(SearchMode.KEYWORD);
    assertEquals(2, search(request.withPassages(5)).hits().get(0).passages().size());
    assertEquals(1, search(request).hits().get(0).passages().size());
    assertEquals(List.of(), search(request.withPassages(0)).hits().get(0).passages());
  }

  @Test
  void hitsAreSortedByDate() {
    for (int day = 1; day <= 3; day++) {
      Instant sent = Instant.parse("2026-01-0" + (day == 3 ? 1 : day + 1) + "T00:00:00Z");
      archive.insert(
          ArchiveMessage.of("", "a gull")
              .withMetadata(
                  ArchiveMessage.Metadata.NONE.toBuilder().sent(Optional.of(sent)).build()));
    }
    archive.insert(ArchiveMessage.of("", "a gull"));
    SearchRequest request = SearchRequest.of("gull").withMode(SearchMode.KEYWORD);
    assertEquals(
        List.of(24L, 23L, 25L, 26L), ids(search(request.withSort(SearchRequest.Sort.NEWEST))));
    assertEquals(
        List.of(25L, 23L, 24L, 26L), ids(search(request.withSort(SearchRequest.Sort.OLDEST))));
  }

  @Test
  void stagesAreTimed() {
    run();
    assertEquals(
        Set.of(
            SearchStage.EMBEDDING,
            SearchStage.VECTORS,
            SearchStage.WORDS,
            SearchStage.FUSION,
            SearchStage.PASSAGES),
        search("heron", SearchMode.HYBRID).times().keySet());
  }

  private SearchResult search(SearchRequest request) {
    return searcher(embedder).search(request);
  }

  private SearchUnavailableException unavailable(Embedder model) {
    SearchRequest request = SearchRequest.of("heron").withMode(SearchMode.VECTOR);
    return assertThrows(SearchUnavailableException.class, () -> searcher(model).search(request));
  }

  private void run() {
    EmbedJob.builder(messages, vectors, embedder).build().runOnce();
  }

  private Searcher.Builder builder(Embedder model) {
    SearchWords.write(messages, IDS, words);
    return Searcher.builder(messages, vectors, model).words(words);
  }

  private Searcher searcher(Embedder model) {
    return builder(model).build();
  }

  private SearchResult search(String question, SearchMode mode) {
    return searcher(embedder).search(SearchRequest.of(question).withMode(mode));
  }

  private static List<Long> ids(SearchResult result) {
    return result.hits().stream().map(SearchHit::messageId).toList();
  }

  private static Passage passageOf(SearchResult result, long id) {
    return result.hits().stream()
        .filter(hit -> hit.messageId() == id)
        .findFirst()
        .flatMap(SearchHit::passage)
        .orElseThrow();
  }

  /** Finds all texts equally good. */
  private static final class EqualReranker implements Reranker {
    @Override
    public List<Double> score(String question, List<String> texts) {
      return Collections.nCopies(texts.size(), 1.0);
    }

    @Override
    public void close() {}
  }

  /** Fails in the same way each time. */
  private static final class BrokenEmbedder implements Embedder {
    private final HashEmbedder delegate = new HashEmbedder();
    private final RuntimeException failure;

    BrokenEmbedder(RuntimeException failure) {
      this.failure = failure;
    }

    @Override
    public EmbedderModel model() {
      return delegate.model();
    }

    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      throw failure;
    }

    @Override
    public void close() {
      delegate.close();
    }
  }
}
