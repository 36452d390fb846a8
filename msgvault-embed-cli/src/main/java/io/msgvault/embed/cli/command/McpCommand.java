package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.mcp.AssistantServer;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.reading.ArchiveReader;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.Reranker;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Serves the archive to an assistant, until the assistant ends the input. */
@Command(
    name = "mcp",
    description = {
      "Lets an assistant search and read the archive, by the Model Context Protocol over standard"
          + " input and output.",
      "The assistant starts this command itself: give it the command with its options. It can"
          + " change nothing. What it reads goes where the assistant's model runs."
    })
public final class McpCommand implements Callable<Integer> {
  /**
   * Names the file that gets the protocol instead of the standard output. Native code and the JVM
   * itself can write to the latter, where no setting of Java reaches, so the launcher gives the
   * protocol a descriptor of its own.
   */
  private static final String OUT = "msgvault-embed.mcp.out";

  private final CliContext context;

  @Mixin private RerankerOptions reranker = new RerankerOptions();

  /** Creates the command. */
  public McpCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    InputStream in = System.in;
    PrintStream standard = System.out;
    String file = System.getProperty(OUT);
    System.setOut(System.err); // whatever else is printed must not end up in the protocol
    Optional<Reranker> opened = reranker.open();
    try (OutputStream out = file == null ? standard : new FileOutputStream(file);
        Backend backend = context.openBackendReadOnly();
        Embedder embedder = context.openEmbedder();
        AssistantServer server =
            AssistantServer.start(
                new ArchiveReader(backend, embedder, opened, context.clock()),
                version(),
                context.zone(),
                in,
                out,
                this::report)) {
      context.onStop(server::stop);
      server.awaitEnd();
      return ExitCode.OK;
    } finally {
      opened.ifPresent(Reranker::close);
      System.setOut(standard);
    }
  }

  private static String version() {
    String version = McpCommand.class.getPackage().getImplementationVersion();
    return Objects.requireNonNullElse(version, "(not packaged)");
  }

  private void report(Exception e) {
    context.console().note("msgvault-embed: " + Console.toOneLine(e.toString()));
    if (context.verbose()) {
      e.printStackTrace(context.console().err());
    }
  }
}
