package io.msgvault.embed.cli;

import io.msgvault.embed.cli.command.ShutdownHook;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.memory.HashEmbedder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Runs the command in this process, over files in a folder of its own. */
final class Cli {
  private final Path folder;
  private Supplier<Embedder> embedder = HashEmbedder::new;
  private OptionalInt columns = OptionalInt.empty();
  private String database;

  Cli(Path folder) {
    this.folder = folder;
    this.database = db().toString();
  }

  /** The exit code and the output of a command. */
  record Result(int exitCode, String out, String err) {}

  Cli embedder(Supplier<Embedder> other) {
    embedder = other;
    return this;
  }

  /** Runs over a database instead of the file. */
  Cli database(String url) {
    database = url;
    return this;
  }

  Cli columns(int width) {
    columns = OptionalInt.of(width);
    return this;
  }

  Path db() {
    return folder.resolve("archive.db");
  }

  Path vectors() {
    return folder.resolve("archive-vectors.db");
  }

  Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  /** Runs a command on the database. */
  Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--db", database));
    return runExactly(all.toArray(String[]::new));
  }

  /** Runs a command with no more than these arguments. */
  Result runExactly(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new MsgvaultEmbed(
                new Console(new PrintWriter(out), new PrintWriter(err), columns, columns),
                Clock.system(ZoneOffset.UTC),
                options -> embedder.get(),
                new ShutdownHook())
            .run(arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }

  /** As {@link #run}, for a command that has to end well. */
  String ok(String... arguments) {
    Result result = run(arguments);
    if (result.exitCode() != 0) {
      throw new AssertionError(List.of(arguments) + " ended with " + result);
    }
    return result.out();
  }
}
