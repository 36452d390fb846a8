package io.msgvault.embed.cli.command;

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

/** Imports mail into the archive. */
@Command(
    name = "import",
    description = {
      "Imports mailbox files (mbox), single messages (.eml), Maildirs, MH folders, and folders of"
          + " all these; files may be packed (.gz, .zip).",
      "Importing again is safe: a mail that is there already is skipped, or updated if its text or"
          + " its labels have changed."
    })
public final class ImportCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
  private List<Path> paths = List.of();

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = {
        "The source under which the mail is filed. A source holds each message once.",
        "Default: the name of the file or folder"
      })
  private Optional<String> source = Optional.empty();

  /** Creates the command. */
  public ImportCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new CommandFailure(ExitCode.USAGE, path + " does not exist");
      }
    }
    Console console = context.console();
    try (Backend backend = context.createBackend();
        Progress progress =
            Progress.start(
                console,
                context.clock(),
                "importing",
                MailReader.totalBytes(paths),
                Progress.Unit.MEGABYTES)) {
      Importer importer = new Importer(backend, progress, context.verbose());
      context.onStop(importer::stop);
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
