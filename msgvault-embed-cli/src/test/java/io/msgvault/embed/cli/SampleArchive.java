package io.msgvault.embed.cli;

import io.msgvault.embed.cli.command.EmbedderFactory;
import io.msgvault.embed.cli.command.ModelOptions;
import io.msgvault.embed.embedder.Embedder;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Makes an archive of the sample mailbox with the model that comes with the command. */
public final class SampleArchive {
  /** Opens that model. */
  public static final Supplier<Embedder> EMBEDDER =
      () -> EmbedderFactory.DEFAULT.open(new ModelOptions());

  private SampleArchive() {}

  /** Imports and embeds the mailbox, and returns the archive. */
  public static Path in(Path folder) {
    Cli cli = new Cli(folder).embedder(EMBEDDER);
    cli.ok("import", Path.of("..", "dev", "sample", "sample.mbox").toString());
    cli.ok("embeddings", "build");
    return cli.db();
  }
}
