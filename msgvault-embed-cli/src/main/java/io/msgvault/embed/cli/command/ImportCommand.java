package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.mail.MailReader;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.output.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings mail into the archive. */
@Command(
    name = "import",
    description = {
      "Imports mailbox files (mbox), single messages (.eml) and folders of them, Maildirs among them."
          + " What was imported before is not imported twice; where its text or labels have changed,"
          + " it is updated."
    })
public final class ImportCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
  private List<Path> paths = List.of();

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = {
        "The name of the source that the mail is filed under. Within one, no message is there twice.",
        "Default: the name of the file or folder"
      })
  private Optional<String> source = Optional.empty();

  public ImportCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new CommandFailure(ExitCode.USAGE, "there is no " + path + " to import");
      }
    }
    Console console = root.console();
    try (Backend backend = Backend.create(root.db());
        Progress progress =
            Progress.start(
                console,
                root.clock(),
                "importing",
                MailReader.totalBytes(paths),
                Progress.Unit.MEGABYTES)) {
      Importer importer = new Importer(backend, progress, root.verbose());
      root.shutdownHook().onStop(importer::stop);
      for (Path path : paths) {
        importer.read(path, source.orElseGet(() -> name(path)));
      }
      progress.close();
      return importer.report(console);
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }
}
