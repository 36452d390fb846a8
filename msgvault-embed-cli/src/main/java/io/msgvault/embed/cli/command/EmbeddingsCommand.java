package io.msgvault.embed.cli.command;

import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.cli.MsgvaultEmbed;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.output.StatusJson;
import io.msgvault.embed.cli.output.StatusTable;
import io.msgvault.embed.model.Scope;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how much of the archive the index covers. */
@Command(
    name = "embeddings",
    description = "Shows how much of the archive the index covers; its subcommands keep it so.")
public final class EmbeddingsCommand implements Callable<Integer> {
  private final MsgvaultEmbed root;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  public EmbeddingsCommand(MsgvaultEmbed root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (Backend backend = Backend.openReadOnly(root.db())) {
      IndexStatus status = IndexStatus.read(backend.messages(), backend.vectors(), Scope.ALL);
      if (json) {
        StatusJson.write(status, root.console().out());
      } else {
        new StatusTable(root.console().out(), root.clock().getZone()).write(status);
      }
      return ExitCode.OK;
    }
  }
}
