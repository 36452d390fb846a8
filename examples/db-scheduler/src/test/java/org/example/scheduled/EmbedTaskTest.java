package org.example.scheduled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.kagkarlsson.scheduler.Scheduler;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.onnx.OnnxEmbedder;
import io.msgvault.embed.pgvector.PgArchive;
import io.msgvault.embed.pgvector.PgMessageStore;
import io.msgvault.embed.pgvector.PgVectorStore;
import io.msgvault.embed.pgvector.PgWordIndex;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class EmbedTaskTest {
  private final PGSimpleDataSource database = new PGSimpleDataSource();

  @Test
  void taskEmbedsWhatSearchesFind() throws Exception {
    database.setUrl(System.getenv("MSGVAULT_TEST_PG_URL"));
    createTableOfTasks();
    CountDownLatch ran = new CountDownLatch(1);
    try (var archive = PgArchive.install(database, "mail");
        var messages = PgMessageStore.open(database, "mail");
        var vectors = PgVectorStore.install(database, "mail");
        var words = PgWordIndex.install(database, "mail");
        var embedder =
            OnnxEmbedder.builder()
                .modelResource("all-minilm-l6-v2-q.onnx")
                .tokenizerResource("all-minilm-l6-v2-q-tokenizer.json")
                .build();
        var job =
            EmbedJob.builder(messages, vectors, embedder)
                .words(words)
                .listener(event -> countDown(event, ran))
                .build()) {
      long bill = store(archive, "Ann settled the plumber's bill.");
      store(archive, "The boat to the lighthouse leaves at nine.");
      Scheduler scheduler = Scheduler.create(database).startTasks(EmbedTask.of(job)).build();
      scheduler.start();
      assertTrue(ran.await(60, TimeUnit.SECONDS), "no run has ended");
      scheduler.stop();

      Searcher searcher = Searcher.builder(messages, vectors, embedder).words(words).build();
      SearchRequest request = SearchRequest.of("who paid for the boiler?");
      assertEquals(bill, searcher.search(request).hits().get(0).messageId());
    }
  }

  private void createTableOfTasks() throws Exception {
    try (var script = EmbedTaskTest.class.getResourceAsStream("/scheduled_tasks.sql");
        var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static long store(PgArchive archive, String text) {
    return archive.store(NewMessage.builder("me@example.org", text).text(text).build()).id();
  }

  private static void countDown(JobEvent event, CountDownLatch ran) {
    if (event instanceof JobEvent.RunEnded) {
      ran.countDown();
    }
  }
}
