package io.msgvault.embed.spring.tests;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.Searcher;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.springframework.context.ConfigurableApplicationContext;

/** A started application with a web server and the actuator. */
final class StartedApplication implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ConfigurableApplicationContext context;
  private final HttpClient client = HttpClient.newHttpClient();

  private StartedApplication(ConfigurableApplicationContext context) {
    this.context = context;
  }

  static StartedApplication start(List<Class<?>> more, String... properties) {
    Class<?>[] sources =
        Stream.concat(Stream.of(TestApplication.class), more.stream()).toArray(Class<?>[]::new);
    String[] arguments =
        Stream.of(properties).map(property -> "--" + property).toArray(String[]::new);
    return new StartedApplication(TestApplication.builder(sources).run(arguments));
  }

  static StartedApplication start(String... properties) {
    return start(List.of(), properties);
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** Stores messages, the n-th about the n-th topic. */
  void store(String... topics) {
    MessageArchive archive = bean(MessageArchive.class);
    for (int i = 0; i < topics.length; i++) {
      archive.store(
          NewMessage.builder("me@example.org", "<" + i + "@example.org>").text(topics[i]).build());
    }
  }

  List<Long> search(String question) {
    return bean(Searcher.class).search(SearchRequest.of(question)).hits().stream()
        .map(hit -> hit.messageId())
        .toList();
  }

  void awaitComplete() {
    EmbedJob job = bean(EmbedJob.class);
    await(() -> job.status().active().isPresent() && job.status().missing().orElse(1L) == 0);
  }

  static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not within " + PATIENCE);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  HttpResponse<String> get(String path) {
    return send(request(path).GET().build());
  }

  HttpResponse<String> post(String path) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.noBody())
            .build());
  }

  private HttpRequest.Builder request(String path) {
    String port = context.getEnvironment().getProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path));
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
