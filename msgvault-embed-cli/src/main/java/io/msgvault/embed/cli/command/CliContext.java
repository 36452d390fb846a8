package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.ArchiveLocation;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.embedder.Embedder;
import java.time.Clock;
import java.time.ZoneId;

/** Gives a command its console, clock, archive and embedder, as the options of this call say. */
public final class CliContext {
  private final Console console;
  private final Clock clock;
  private final EmbedderFactory embedders;
  private final ShutdownHook shutdownHook;
  private final GlobalOptions options;

  /**
   * Creates the context of one call.
   *
   * @param options the options that every command has; they are read when a command asks for them
   */
  public CliContext(
      Console console,
      Clock clock,
      EmbedderFactory embedders,
      ShutdownHook shutdownHook,
      GlobalOptions options) {
    this.console = console;
    this.clock = clock;
    this.embedders = embedders;
    this.shutdownHook = shutdownHook;
    this.options = options;
  }

  Console console() {
    return console;
  }

  Clock clock() {
    return clock;
  }

  ZoneId zone() {
    return clock.getZone();
  }

  boolean verbose() {
    return options.verbose();
  }

  /** Opens the archive for writing, and creates it if there is none. */
  Backend createBackend() {
    return Backend.create(location());
  }

  /** Opens an existing archive for writing. */
  Backend openBackend() {
    return Backend.open(location());
  }

  /** Opens an existing archive for reading. */
  Backend openBackendReadOnly() {
    return Backend.openReadOnly(location());
  }

  private ArchiveLocation location() {
    return new ArchiveLocation(options.db(), options.words().words(), options.words().language());
  }

  /** Returns the embedder, which is opened when it is first needed. */
  Embedder openEmbedder() {
    return new LazyEmbedder(() -> embedders.open(options.model()));
  }

  /** Sets the action that asks the work that begins now to stop. */
  void onStop(Runnable action) {
    shutdownHook.onStop(action);
  }
}
