package io.msgvault.embed.benchmarks;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.cli.backend.ArchiveLocation;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.reading.ArchiveReader;
import io.msgvault.embed.cli.web.WebServer;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Types questions into the page's search, letter by letter, through the server, and draws the map
 * in a browser. The embedder costs nothing; what a model takes for a question comes on top.
 */
final class ServeBenchmark implements Bench.Benchmark {
  private static final int MESSAGES = 200_000;
  private static final int QUESTIONS = 12;
  private static final int WARM_UP = 4;
  private static final int MIN_TYPED = 3;
  private static final int DRAWN = 5;
  private static final int MOVES = 40;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace)
      throws IOException, InterruptedException {
    int messages = scale.of(MESSAGES);
    ZipfMail mail = new ZipfMail();
    Path archive = workspace.path("archive.db");
    mail.store(archive, messages);
    try (CloudEmbedder embedder = new CloudEmbedder()) {
      fill(archive, workspace, embedder);
      ArchiveLocation location =
          new ArchiveLocation(archive.toString(), Optional.empty(), Optional.empty());
      Clock clock = Clock.systemUTC();
      try (Backend backend = Backend.openReadOnly(location);
          WebServer server =
              WebServer.start(
                  0,
                  new ArchiveReader(backend, embedder, Optional.empty(), clock),
                  () -> 0,
                  clock,
                  e -> System.err.println(e))) {
        return measure(server.address(), mail);
      }
    }
  }

  private static void fill(Path archive, Workspace workspace, CloudEmbedder embedder) {
    try (SqliteMessageStore store = SqliteMessageStore.open(archive);
        SqliteVectorStore vectors =
            SqliteVectorStore.install(workspace.path("archive-vectors.db"));
        LuceneWordIndex words = LuceneWordIndex.install(workspace.path("archive-words"));
        EmbedJob job = EmbedJob.builder(store, vectors, embedder).words(words).build()) {
      if (!(job.runOnce() instanceof RunOutcome.Completed completed) || !completed.activated()) {
        throw new IllegalStateException("the index is not complete");
      }
    }
  }

  private static BenchmarkResult measure(URI page, ZipfMail mail)
      throws IOException, InterruptedException {
    URI api = page.resolve("api/v1/");
    HttpClient client = HttpClient.newHttpClient();
    List<Double> times = new ArrayList<>();
    for (int question = 0; question < WARM_UP + QUESTIONS; question++) {
      String text = question(mail, question);
      for (int typed = MIN_TYPED; typed <= text.length(); typed++) {
        String path =
            "search?collapse=true&limit=50&q="
                + URLEncoder.encode(text.substring(0, typed), StandardCharsets.UTF_8);
        long began = System.nanoTime();
        get(client, api.resolve(path));
        if (question >= WARM_UP) {
          times.add((System.nanoTime() - began) / 1e6);
        }
      }
    }
    long began = System.nanoTime();
    String map = get(client, api.resolve("map"));
    while (map.startsWith("{\"state\":\"making\"")) {
      Thread.sleep(100);
      map = get(client, api.resolve("map"));
    }
    double[] all = times.stream().mapToDouble(Double::doubleValue).toArray();
    BenchmarkResult result =
        new BenchmarkResult()
            .put("typed_p50_ms", Measurements.percentile(50, all))
            .put("typed_p95_ms", Measurements.percentile(95, all))
            .put("map_s", (System.nanoTime() - began) / 1e9)
            .put("map_mb", map.length() / 1e6);
    try (MapInBrowser browser = new MapInBrowser()) {
      double[] drawn = IntStream.range(0, DRAWN).mapToDouble(i -> browser.draw(page)).toArray();
      return result
          .put("draw_ms", Measurements.median(drawn))
          .put("move_p95_ms", Measurements.percentile(95, browser.move(MOVES)));
    }
  }

  /** Returns three words: a common one, one of medium frequency and a rare one. */
  private static String question(ZipfMail mail, int number) {
    return mail.wordOfRank(20 + number)
        + " "
        + mail.wordOfRank(1_000 + number)
        + " "
        + mail.wordOfRank(20_000 + number);
  }

  private static String get(HttpClient client, URI address)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(address.getPath() + " answered " + answer.statusCode());
    }
    return answer.body();
  }
}
