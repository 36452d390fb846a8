package io.msgvault.embed.cli;

import io.msgvault.embed.cli.command.ShutdownHook;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.embedder.Embedder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Runs {@code serve} in this process, from its start to an interrupt. */
public final class Served implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Thread thread;
  private final URI page;
  private final StringWriter err = new StringWriter();

  /** Serves an archive, and waits until it has printed its address. */
  public Served(Path db, Supplier<Embedder> embedder) throws IOException {
    PipedReader printed = new PipedReader();
    PrintWriter out = new PrintWriter(new PipedWriter(printed), true);
    Console console =
        new Console(out, new PrintWriter(err, true), OptionalInt.empty(), OptionalInt.empty());
    thread =
        new Thread(
            () -> {
              new MsgvaultEmbed(
                      console,
                      Clock.system(ZoneOffset.UTC),
                      options -> embedder.get(),
                      new ShutdownHook())
                  .run("serve", "--db", db.toString());
              out.close();
            },
            "serve");
    thread.start();
    String line = new BufferedReader(printed).readLine();
    if (line == null) {
      throw new IOException("serve printed no address: " + err);
    }
    page = URI.create(line);
  }

  /** Returns the address that the command printed. */
  public URI page() {
    return page;
  }

  /** Returns the address of the same server, without the token. */
  public URI root() {
    return page.resolve("/");
  }

  /** Returns the token. */
  public String token() {
    return page.getPath().replace("/", "");
  }

  /** Returns what the command printed besides the address. */
  public String err() {
    return err.toString();
  }

  /** Gets an address below {@code api/v1/}. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(page.resolve("api/v1/" + path)));
  }

  /** Sends a request. */
  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
