package io.msgvault.embed.benchmarks;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.search.SearchHit;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.ReadableText;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPolicy.Step;
import io.msgvault.embed.text.TextPreparer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Measures how many of the ten best other posts belong to the group of a post that is the question.
 * The question is the first chunk of the prepared post, the same for each way of searching.
 */
final class QualityBenchmark implements Bench.Benchmark {
  private static final int K = 10;

  private static final Pattern SUBJECT_PREFIX = Pattern.compile("(?i)^(\\s*re:)+\\s*");

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) throws IOException {
    Optional<Path> mailbox = Post.mailbox();
    if (mailbox.isEmpty()) {
      System.out.println(
          "quality needs newsgroup posts with the header X-Newsgroup-Label: name the mailbox in"
              + " BENCH_MAIL");
      return new BenchmarkResult();
    }
    List<Post> all =
        Post.read(mailbox.get()).stream()
            .filter(post -> !post.group().isEmpty())
            .sorted(Comparator.comparing(Post::group))
            .toList();
    List<Post> posts = all.subList(0, scale.of(all.size()));
    System.out.printf(
        "%,d posts of %d groups; p@10: the share of the ten best that are of the post's group%n",
        posts.size(), posts.stream().map(Post::group).distinct().count());
    store(workspace.path("archive.db"), posts);
    BenchmarkResult figures = new BenchmarkResult();
    try (CachingEmbedder embedder = new CachingEmbedder(MiniLm.open());
        SqliteMessageStore messages = SqliteMessageStore.open(workspace.path("archive.db"));
        LuceneWordIndex words = LuceneWordIndex.install(workspace.path("words"))) {
      fillWords(messages, posts.size(), words);
      List<String> questions = questions(posts, embedder);
      for (Map.Entry<String, TextPolicy> policy : policies().entrySet()) {
        Path file = workspace.path(policy.getKey() + ".db");
        try (SqliteVectorStore vectors = SqliteVectorStore.install(file)) {
          long chunks = fill(messages, vectors, embedder, policy.getValue());
          Searcher searcher =
              Searcher.builder(messages, vectors, embedder)
                  .words(words)
                  .text(policy.getValue())
                  .build();
          double vector = precision(posts, search(searcher, questions, SearchMode.VECTOR));
          System.out.printf(
              "vector, %-34s p@10 %.3f, %,d chunks%n", policy.getKey(), vector, chunks);
          if (policy.getValue().equals(TextPolicy.standard())) {
            figures.put("p10_vector", vector);
            measureFusion(figures, posts, questions, searcher);
            measureSubjects(posts, searcher);
          }
        }
      }
    }
    double theirs = precision(posts, peerSearch(posts));
    System.out.printf("vector, LangChain4j, raw text, one vector each:   p@10 %.3f%n", theirs);
    return figures.put("p10_langchain4j", theirs);
  }

  private static Map<String, TextPolicy> policies() {
    TextPolicy standard = TextPolicy.standard();
    Map<String, TextPolicy> policies = new LinkedHashMap<>();
    policies.put("standard preparation", standard);
    policies.put("with quoted replies", standard.without(Step.QUOTED_REPLIES));
    policies.put("with signatures", standard.without(Step.SIGNATURES));
    policies.put("with both", standard.without(Step.QUOTED_REPLIES).without(Step.SIGNATURES));
    policies.put("the first chunk alone", standard.withMaxChunks(1));
    policies.put(
        "no step at all",
        new TextPolicy(
            Set.of(),
            standard.maxBodyCharacters(),
            standard.chunkTokens(),
            standard.chunkCharacters(),
            standard.overlapPercent(),
            standard.maxChunks()));
    return policies;
  }

  private static void store(Path archive, List<Post> posts) {
    List<NewMessage> batch = new ArrayList<>();
    for (int i = 0; i < posts.size(); i++) {
      Post post = posts.get(i);
      batch.add(
          NewMessage.builder("posts", Integer.toString(i))
              .subject(post.subject())
              .text(post.text())
              .html(post.html())
              .build());
    }
    try (SqliteArchive store = SqliteArchive.install(archive)) {
      store.storeAll(batch); // ids from 1 on, in this order
    }
  }

  private static long fill(
      SqliteMessageStore messages,
      SqliteVectorStore vectors,
      CachingEmbedder embedder,
      TextPolicy policy) {
    try (EmbedJob job = EmbedJob.builder(messages, vectors, embedder).text(policy).build()) {
      if (!(job.runOnce() instanceof RunOutcome.Completed completed) || !completed.activated()) {
        throw new IllegalStateException("the index is not complete");
      }
      return completed.counts().chunks();
    }
  }

  private static void fillWords(SqliteMessageStore messages, int count, WordIndex words) {
    int maxBodyCharacters = TextPolicy.standard().maxBodyCharacters();
    ReadableText.Factory texts = new ReadableText.Factory(maxBodyCharacters);
    List<MessageWords> batch = new ArrayList<>();
    List<Long> ids = LongStream.rangeClosed(1, count).boxed().toList();
    for (Message message : messages.find(ids, maxBodyCharacters)) {
      ReadableText text = texts.of(message.subject(), message.text(), message.html());
      batch.add(
          new MessageWords(
              message.id(),
              message.revision(),
              Map.of(WordField.SUBJECT, text.subject(), WordField.BODY, text.body())));
    }
    words.upsert(batch);
  }

  private static List<String> questions(List<Post> posts, CachingEmbedder embedder) {
    TextPolicy policy = TextPolicy.standard();
    TextPreparer preparer = new TextPreparer(policy);
    Chunker chunker =
        new Chunker(policy, embedder.model().maxTokens(), embedder.tokenCounter().orElseThrow());
    return posts.stream()
        .map(post -> preparer.prepare(post.subject(), post.text(), post.html()))
        .map(
            text ->
                chunker.chunk(text).stream().findFirst().map(chunk -> chunk.of(text)).orElse(text))
        .toList();
  }

  private static void measureFusion(
      BenchmarkResult figures, List<Post> posts, List<String> questions, Searcher searcher) {
    double keyword = precision(posts, search(searcher, questions, SearchMode.KEYWORD));
    double hybrid = precision(posts, search(searcher, questions, SearchMode.HYBRID));
    System.out.printf("keyword:                                   p@10 %.3f%n", keyword);
    System.out.printf("hybrid:                                    p@10 %.3f%n", hybrid);
    figures.put("p10_keyword", keyword).put("p10_hybrid", hybrid);
  }

  /** People type a line rather than a passage, so each subject is a question too. */
  private static void measureSubjects(List<Post> posts, Searcher searcher) {
    List<String> subjects =
        posts.stream()
            .map(post -> SUBJECT_PREFIX.matcher(post.subject()).replaceFirst(""))
            .map(subject -> subject.isBlank() ? "no subject" : subject)
            .toList();
    for (SearchMode mode : SearchMode.values()) {
      System.out.printf(
          "the subject as the question, %-10s        p@10 %.3f%n",
          mode.name().toLowerCase(Locale.ROOT), precision(posts, search(searcher, subjects, mode)));
    }
  }

  /** Returns the numbers of the best other posts for a post. */
  private static IntFunction<List<Integer>> search(
      Searcher searcher, List<String> questions, SearchMode mode) {
    return number ->
        searcher
            .search(SearchRequest.of(questions.get(number)).withMode(mode).withLimit(K + 1))
            .hits()
            .stream()
            .map(SearchHit::messageId)
            .map(id -> Math.toIntExact(id) - 1)
            .filter(found -> found != number)
            .limit(K)
            .toList();
  }

  private static IntFunction<List<Integer>> peerSearch(List<Post> posts) {
    EmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();
    List<float[]> vectors =
        model
            .embedAll(
                posts.stream()
                    .map(
                        post ->
                            TextSegment.from(post.subject() + "\n\n" + post.text() + post.html()))
                    .toList())
            .content()
            .stream()
            .map(embedding -> embedding.vector())
            .toList();
    return number ->
        IntStream.range(0, vectors.size())
            .filter(other -> other != number)
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    other -> -ExactSearch.dot(vectors.get(number), vectors.get(other))))
            .limit(K)
            .collect(Collectors.toList());
  }

  private static double precision(List<Post> posts, IntFunction<List<Integer>> search) {
    return IntStream.range(0, posts.size())
        .mapToDouble(
            number ->
                search.apply(number).stream()
                        .filter(found -> posts.get(found).group().equals(posts.get(number).group()))
                        .count()
                    / (double) K)
        .average()
        .orElseThrow();
  }
}
