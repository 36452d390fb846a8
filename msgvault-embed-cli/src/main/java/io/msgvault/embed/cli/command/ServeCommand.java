package io.msgvault.embed.cli.command;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.reading.ArchiveReader;
import io.msgvault.embed.cli.web.WebServer;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.Reranker;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves the archive as a page, until it is interrupted. */
@Command(
    name = "serve",
    description = {
      "Shows the archive in a browser on this machine: search, messages, the state of the index and"
          + " a map.",
      "Open the address that it prints. It holds a secret, which is another one each time. Only"
          + " this machine can reach it. Ctrl-C ends it."
    })
public final class ServeCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65_535;

  private final CliContext context;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "The port on 127.0.0.1, 0 to " + MAX_PORT + ". Default: 0, any that is free")
  private int port;

  @Mixin private RerankerOptions reranker = new RerankerOptions();

  /** Creates the command. */
  public ServeCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (port < 0 || port > MAX_PORT) {
      throw new CommandFailure(ExitCode.USAGE, "--port must be 0 to " + MAX_PORT + ", not " + port);
    }
    Optional<Reranker> opened = reranker.open();
    try (Backend backend = context.openBackendReadOnly();
        Embedder embedder = context.openEmbedder()) {
      ArchiveReader reader = new ArchiveReader(backend, embedder, opened, context.clock());
      warmUp(embedder);
      serve(reader);
      return ExitCode.OK;
    } finally {
      opened.ifPresent(Reranker::close);
    }
  }

  /** Opens the model before the first question; what is wrong with it, that question reports. */
  private void warmUp(Embedder embedder) {
    Thread thread = new Thread(embedder::model, "model");
    thread.setUncaughtExceptionHandler(
        (failed, e) -> context.console().note("note: " + e.getMessage()));
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(ArchiveReader reader) {
    CountDownLatch stopped = new CountDownLatch(1);
    try (WebServer server =
        WebServer.start(port, reader, this::retryRejected, context.clock(), this::report)) {
      context.onStop(stopped::countDown);
      context.console().say(server.address().toString());
      context.console().note("Ctrl-C ends it.");
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "can't listen on port " + port + " of 127.0.0.1: choose another one with --port",
          e);
    }
  }

  /** Opens the archive for writing only now: a page that is only read needs no such right. */
  private long retryRejected() {
    try (Backend backend = context.openBackend();
        Embedder embedder = context.openEmbedder();
        EmbedJob job = EmbedJob.builder(backend.messages(), backend.vectors(), embedder).build()) {
      return job.retryRejected();
    }
  }

  private void report(Exception e) {
    context.console().note("msgvault-embed: " + Console.toOneLine(e.toString()));
    if (context.verbose()) {
      e.printStackTrace(context.console().err());
    }
  }
}
