package io.msgvault.embed.cli.fuzz;

import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/** Gives every request the same answer, without a network. */
final class CannedClient extends HttpClient {
  private static final List<String> HEADERS = List.of("Retry-After", "Content-Type", "Location");

  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;
  private final List<String> hosts = new ArrayList<>();

  /**
   * Creates a client.
   *
   * @param head the status, if it is a number, and the values of some headers
   */
  CannedClient(String[] head, byte[] body) {
    this.status = head[0].matches("[1-5][0-9][0-9]") ? Integer.parseInt(head[0]) : 200;
    Map<String, List<String>> values = new HashMap<>();
    for (int i = 1; i < head.length && i <= HEADERS.size(); i++) {
      values.put(HEADERS.get(i - 1), List.of(head[i]));
    }
    this.headers = HttpHeaders.of(values, (name, value) -> !value.isEmpty());
    this.body = body.clone();
  }

  /** Returns the servers that were asked. */
  List<String> hosts() {
    return hosts;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    return sendAsync(request, handler).join();
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    hosts.add(request.uri().getRawAuthority());
    HttpResponse.BodySubscriber<T> subscriber = handler.apply(new Head());
    subscriber.onSubscribe(new Deaf());
    int middle = body.length / 2;
    subscriber.onNext(List.of(ByteBuffer.wrap(body, 0, middle)));
    subscriber.onNext(List.of(ByteBuffer.wrap(body, middle, body.length - middle)));
    subscriber.onComplete();
    return subscriber
        .getBody()
        .toCompletableFuture()
        .thenApply(content -> new Response<>(request, content));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      HttpResponse.PushPromiseHandler<T> push) {
    return sendAsync(request, handler);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return Optional.empty();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return Optional.empty();
  }

  @Override
  public Redirect followRedirects() {
    return Redirect.NEVER;
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return Optional.empty();
  }

  @Override
  public SSLContext sslContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public SSLParameters sslParameters() {
    return new SSLParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return Optional.empty();
  }

  @Override
  public Version version() {
    return Version.HTTP_1_1;
  }

  @Override
  public Optional<Executor> executor() {
    return Optional.empty();
  }

  private static final class Deaf implements Flow.Subscription {
    @Override
    public void request(long count) {
      // All comes at once.
    }

    @Override
    public void cancel() {
      // What comes afterwards is to be ignored.
    }
  }

  private final class Head implements HttpResponse.ResponseInfo {
    @Override
    public int statusCode() {
      return status;
    }

    @Override
    public HttpHeaders headers() {
      return headers;
    }

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }

  private final class Response<T> implements HttpResponse<T> {
    private final HttpRequest request;
    private final T content;

    Response(HttpRequest request, T content) {
      this.request = request;
      this.content = content;
    }

    @Override
    public int statusCode() {
      return status;
    }

    @Override
    public HttpRequest request() {
      return request;
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
      return headers;
    }

    @Override
    public T body() {
      return content;
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return Optional.empty();
    }

    @Override
    public URI uri() {
      return request.uri();
    }

    @Override
    public Version version() {
      return Version.HTTP_1_1;
    }
  }
}
