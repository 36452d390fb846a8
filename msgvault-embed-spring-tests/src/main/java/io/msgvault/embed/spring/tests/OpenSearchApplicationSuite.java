package io.msgvault.embed.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.opensearch.OpenSearchWordIndex;
import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.pgvector.PgWordIndex;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A started application with its messages in PostgreSQL, and vectors and words on a cluster. */
public abstract class OpenSearchApplicationSuite extends ApplicationSuite {
  private final TestCluster cluster = new TestCluster();
  private final TestSchema schema = new TestSchema();

  @AfterEach
  final void removeAll() {
    schema.close();
    cluster.remove();
  }

  @Override
  final String[] backend() {
    List<String> all = new ArrayList<>(List.of(schema.properties()));
    all.addAll(List.of(cluster.properties()));
    return all.toArray(String[]::new);
  }

  @Override
  final void afterClosing() {
    assertThat(EVENTS.indexOf("VectorStore destroyed"))
        .isLessThan(EVENTS.indexOf("DataSource destroyed"));
  }

  @Test
  void wordsMayStayInTheDatabase() {
    try (StartedApplication application =
        StartedApplication.start(backendAnd("msgvault.embed.opensearch.words=false"))) {
      application.store("the fan in the rack rattles");
      application.awaitComplete();
      assertThat(application.bean(WordIndex.class)).isInstanceOf(PgWordIndex.class);
      assertThat(application.search("rattling fan")).containsExactly(1L);
    }
  }

  /** The second application has the properties of the cluster, and nothing else is done. */
  @Test
  void vectorsOfTheDatabaseMoveByProperties() {
    try (StartedApplication before = StartedApplication.start(schema.properties())) {
      before.store("the fan in the rack rattles", "the tide table for June");
      before.awaitComplete();
      assertThat(before.bean(VectorStore.class)).isInstanceOf(PgVectorStore.class);
    }
    try (StartedApplication after = StartedApplication.start(backend())) {
      EmbedJob job = after.bean(EmbedJob.class);
      StartedApplication.await(() -> job.verify().equals(BackstopFindings.NONE));
      assertThat(after.bean(WordIndex.class)).isInstanceOf(OpenSearchWordIndex.class);
      assertThat(byMeaning(after)).containsExactly(1L, 2L);
      requireEmbeddedOnce(after);
    }
    schema.execute(
        "TRUNCATE " + schema.name() + ".embed_chunks, " + schema.name() + ".embed_messages");
    try (StartedApplication later = StartedApplication.start(backend())) {
      EmbedJob job = later.bean(EmbedJob.class);
      long before = backstops(job);
      later.post("msgvaultembed/backstop");
      StartedApplication.await(() -> backstops(job) > before);
      assertThat(byMeaning(later)).containsExactly(1L, 2L);
      requireEmbeddedOnce(later);
    }
  }

  private static long backstops(EmbedJob job) {
    return job.status().runs().stream()
        .filter(run -> run.kind() == RunKind.BACKSTOP)
        .filter(run -> run.status() == RunRecord.Status.COMPLETED)
        .count();
  }

  private static List<Long> byMeaning(StartedApplication application) {
    return application
        .bean(Searcher.class)
        .search(SearchRequest.of("the fan in the rack").withMode(SearchMode.VECTOR))
        .hits()
        .stream()
        .map(hit -> hit.messageId())
        .toList();
  }

  private static void requireEmbeddedOnce(StartedApplication application) {
    assertThat(
            application.bean(VectorStore.class).runs(100).stream()
                .mapToLong(run -> run.counts().embedded())
                .sum())
        .isEqualTo(2);
  }
}
