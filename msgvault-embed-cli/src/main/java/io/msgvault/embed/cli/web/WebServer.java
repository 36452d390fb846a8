package io.msgvault.embed.cli.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ErrorHandler;
import io.msgvault.embed.cli.reading.ArchiveReader;
import io.msgvault.embed.cli.reading.CachedMap;
import io.msgvault.embed.cli.web.Api.Route;
import io.msgvault.embed.cli.web.ApiFailure.Code;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.search.SearchUnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Serves the page and its API on the loopback address. Every address begins with a random token, so
 * that the links of the page can be relative, and nobody else knows one; programs may send the
 * token as {@code Authorization: Bearer TOKEN} instead.
 */
public final class WebServer implements AutoCloseable {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none';"
          + " frame-ancestors 'none'";
  private static final List<String> API = List.of("api", "v1");

  static {
    // Without it, a small answer may wait for the acknowledgement of its headers, some 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService executor;
  private final CachedMap map;
  private final Gate gate;
  private final String token;
  private final List<Route> routes;
  private final Consumer<Exception> failures;

  private WebServer(
      HttpServer server,
      ArchiveReader reader,
      LongSupplier retryRejected,
      Clock clock,
      Consumer<Exception> failures) {
    this.server = server;
    this.failures = failures;
    this.executor = RequestThreads.create();
    this.map = new CachedMap(reader, clock);
    this.token = Gate.newToken();
    this.gate = new Gate(token, server.getAddress().getPort());
    this.routes = new Api(reader, map, retryRejected, clock.getZone()).routes();
  }

  /**
   * Starts a server.
   *
   * @param port the port, or 0 for any that is free
   * @param retryRejected marks rejected messages for another try and returns their number
   * @param clock gives the time, and the zone of dates in questions
   * @param failures gets what failed besides wrong requests
   * @throws IOException if the port is taken
   */
  public static WebServer start(
      int port,
      ArchiveReader reader,
      LongSupplier retryRejected,
      Clock clock,
      Consumer<Exception> failures)
      throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    HttpServer http = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    WebServer server = new WebServer(http, reader, retryRejected, clock, failures);
    http.setExecutor(server.executor);
    http.createContext("/", server::handle);
    http.start();
    return server;
  }

  /** Returns the address of the page, with the token. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + token + "/");
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      Headers headers = exchange.getRequestHeaders();
      Optional<String> path =
          gate.admit(method, exchange.getRequestURI().getRawPath(), headers::getFirst);
      send(
          exchange,
          path.isEmpty()
              ? new ApiFailure(Code.FORBIDDEN, "open the address that the command printed").answer()
              : answer(method, path.get(), exchange.getRequestURI().getRawQuery()));
    }
  }

  private Answer answer(String method, String path, String query) {
    try {
      return answer(Request.of(method, path, Objects.requireNonNullElse(query, "")));
    } catch (ApiFailure e) {
      return e.answer();
    } catch (SearchUnavailableException e) {
      return new ApiFailure(Code.NOT_READY, ErrorHandler.message(e)).answer();
    } catch (EmbedException e) {
      failures.accept(e);
      return new ApiFailure(Code.INTERNAL, ErrorHandler.message(e)).answer();
    } catch (CommandFailure e) {
      return new ApiFailure(Code.NOT_READY, String.valueOf(e.getMessage())).answer();
    } catch (RuntimeException e) {
      failures.accept(e);
      return new ApiFailure(Code.INTERNAL, "the request failed: see the terminal of the command")
          .answer();
    }
  }

  private Answer answer(Request request) {
    List<String> path = request.path();
    if (path.size() == 1 && request.method().equals("GET")) {
      return Assets.of(path.get(0).isEmpty() ? "index.html" : path.get(0));
    }
    if (path.size() < 3 || !path.subList(0, 2).equals(API)) {
      throw new ApiFailure(Code.NOT_FOUND, "there is no such path");
    }
    List<String> below = path.subList(2, path.size());
    List<Route> found = routes.stream().filter(route -> route.leadsTo(below)).toList();
    if (found.isEmpty()) {
      throw new ApiFailure(Code.NOT_FOUND, "there is no such path");
    }
    return found.stream()
        .filter(route -> route.method().equals(request.method()))
        .findFirst()
        .orElseThrow(
            () ->
                new ApiFailure(
                    Code.METHOD_NOT_ALLOWED, "this path has only " + found.get(0).method()))
        .handler()
        .apply(new Request(request.method(), below, request.query()));
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.type());
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Frame-Options", "DENY");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("X-DNS-Prefetch-Control", "off");
    headers.set("Cache-Control", "no-store");
    answer.headers().forEach(headers::set);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(answer.status(), -1); // an answer to HEAD has no body
      return;
    }
    exchange.sendResponseHeaders(answer.status(), answer.body().length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(answer.body());
    }
  }

  /** Stops at once. Requests that are under way get no answer. */
  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
    map.close();
  }
}
