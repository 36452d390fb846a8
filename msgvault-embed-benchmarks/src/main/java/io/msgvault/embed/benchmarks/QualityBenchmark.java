package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.evaluation.Evaluation;
import io.msgvault.embed.search.evaluation.EvaluationResult;
import io.msgvault.embed.search.evaluation.Judgements;
import io.msgvault.embed.search.evaluation.Measures;
import io.msgvault.embed.search.evaluation.Topic;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Looks for known posts of a real mailbox. The question is the subject of a post, and the posts
 * with this subject answer it. The archive has the posts without their subjects. The keys are
 * nDCG@10.
 */
final class QualityBenchmark implements Bench.Benchmark {
  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) throws IOException {
    List<Post> all = Post.read(Post.anyMailbox());
    List<Post> posts = all.subList(0, scale.of(all.size()));
    Evaluation evaluation = evaluation(posts);
    System.out.printf("%,d posts of %s%n", posts.size(), Post.anyMailbox().getFileName());
    store(workspace.path("archive.db"), posts);
    BenchmarkResult figures = new BenchmarkResult();
    try (CachingEmbedder embedder = new CachingEmbedder(MiniLm.open());
        SqliteMessageStore messages = SqliteMessageStore.open(workspace.path("archive.db"));
        SqliteVectorStore vectors = SqliteVectorStore.install(workspace.path("vectors.db"));
        LuceneWordIndex words = LuceneWordIndex.install(workspace.path("words"));
        EmbedJob job = EmbedJob.builder(messages, vectors, embedder).words(words).build()) {
      if (!(job.runOnce() instanceof RunOutcome.Completed completed) || !completed.activated()) {
        throw new IllegalStateException("the index is not complete");
      }
      Searcher searcher = Searcher.builder(messages, vectors, embedder).words(words).build();
      for (SearchMode mode : SearchMode.values()) {
        String name = mode.name().toLowerCase(Locale.ROOT);
        EvaluationResult result = evaluation.run(searcher, mode);
        Measures mean = result.mean();
        System.out.printf(
            Locale.ROOT,
            "%-8s nDCG@10 %.4f, recall@100 %.4f, MRR %.4f over %,d subjects%n",
            name,
            mean.ndcg(),
            mean.recall(),
            mean.reciprocalRank(),
            result.topics().size());
        figures.put(name, mean.ndcg());
      }
    }
    return figures;
  }

  private static Evaluation evaluation(List<Post> posts) {
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    for (int i = 0; i < posts.size(); i++) {
      if (!posts.get(i).topic().isBlank()) {
        grades
            .computeIfAbsent(posts.get(i).topic(), unknown -> new LinkedHashMap<>())
            .put(Integer.toString(i + 1), 1); // the ids in the archive
      }
    }
    List<Topic> topics =
        grades.keySet().stream().map(subject -> new Topic(subject, subject)).toList();
    return Evaluation.builder(topics, Judgements.of(grades)).build();
  }

  private static void store(Path archive, List<Post> posts) {
    List<NewMessage> batch = new ArrayList<>();
    for (int i = 0; i < posts.size(); i++) {
      Post post = posts.get(i);
      batch.add(
          NewMessage.builder("posts", Integer.toString(i))
              .text(post.text())
              .html(post.html())
              .build());
    }
    try (SqliteArchive store = SqliteArchive.install(archive)) {
      store.storeAll(batch); // ids from 1 on, in this order
    }
  }
}
