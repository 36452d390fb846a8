package io.msgvault.embed.cli.command;

import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.backend.OpenedWords;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.output.StatusJson;
import io.msgvault.embed.cli.output.StatusTable;
import io.msgvault.embed.model.Scope;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows coverage, generations and the last runs. */
@Command(
    name = "embeddings",
    description =
        "Shows coverage, generations and the last runs. The subcommands keep the index up to date.")
public final class EmbeddingsCommand implements Callable<Integer> {
  private final CliContext context;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  /** Creates the command. */
  public EmbeddingsCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Backend backend = context.openBackendReadOnly()) {
      OpenedWords words = backend.readWords();
      IndexStatus status =
          IndexStatus.read(backend.messages(), backend.vectors(), words.index(), Scope.ALL);
      if (json) {
        StatusJson.write(status, words.note(), context.console().out());
      } else {
        new StatusTable(context.console(), context.zone()).write(status, words.note());
      }
      return ExitCode.OK;
    }
  }
}
