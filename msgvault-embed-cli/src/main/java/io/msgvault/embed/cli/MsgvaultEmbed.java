package io.msgvault.embed.cli;

import io.msgvault.embed.cli.command.ActivateCommand;
import io.msgvault.embed.cli.command.BuildCommand;
import io.msgvault.embed.cli.command.EmbedderFactory;
import io.msgvault.embed.cli.command.EmbeddingsCommand;
import io.msgvault.embed.cli.command.ImportCommand;
import io.msgvault.embed.cli.command.ModelOptions;
import io.msgvault.embed.cli.command.RepairCommand;
import io.msgvault.embed.cli.command.ResumeCommand;
import io.msgvault.embed.cli.command.RetireCommand;
import io.msgvault.embed.cli.command.RetryRejectedCommand;
import io.msgvault.embed.cli.command.SearchCommand;
import io.msgvault.embed.cli.command.ShowCommand;
import io.msgvault.embed.cli.command.SimilarCommand;
import io.msgvault.embed.cli.command.VerifyCommand;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ErrorHandler;
import io.msgvault.embed.embedder.Embedder;
import java.time.Clock;
import java.time.ZoneId;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command as a whole, with the options that every part of it has. */
@Command(
    name = "msgvault-embed",
    description = "Keeps a vector index of your mail and searches it by meaning, on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong usage",
      "3:not ready: there is no archive or no index, or it was made with other settings; the message"
          + " says what to do",
      "4:busy: another process is filling the index",
      "130:interrupted; what was done by then is kept (143 if terminated)"
    })
public final class MsgvaultEmbed {
  @Option(
      names = "--db",
      paramLabel = "FILE|URL",
      defaultValue = "${env:MSGVAULT_EMBED_DB:-${sys:user.home}/.msgvault-embed/archive.db}",
      scope = ScopeType.INHERIT,
      description = {
        "The archive, an SQLite file; its vectors are in a file beside it. Or a database with"
            + " pgvector: jdbc:postgresql://HOST/DATABASE?user=NAME, in the schema msgvault_embed"
            + " unless &currentSchema=SCHEMA names another. The password is best kept in ~/.pgpass.",
        "Default: $MSGVAULT_EMBED_DB, or ~/.msgvault-embed/archive.db"
      })
  private String db = "";

  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Name every mail that was not read whole, and show where errors come from.")
  private boolean verbose;

  private static final int MIN_HELP_COLUMNS = 60;
  private static final int MAX_HELP_COLUMNS = 100;

  private final Console console;
  private final Clock clock;
  private final EmbedderFactory embedders;
  private final ShutdownHook shutdownHook;

  MsgvaultEmbed(Console console, Clock clock, EmbedderFactory embedders, ShutdownHook stopping) {
    this.console = console;
    this.clock = clock;
    this.embedders = embedders;
    this.shutdownHook = stopping;
  }

  /** Runs the command of this process. */
  public static void main(String[] arguments) {
    runProcess(
        arguments,
        Console.ofProcess(),
        Clock.system(ZoneId.systemDefault()),
        EmbedderFactory.DEFAULT);
  }

  /** Runs a command and ends the process, which an interrupt may do before. */
  static void runProcess(
      String[] arguments, Console console, Clock clock, EmbedderFactory embedders) {
    ShutdownHook stopping = new ShutdownHook();
    stopping.register();
    int exitCode = new MsgvaultEmbed(console, clock, embedders, stopping).run(arguments);
    stopping.finished();
    System.exit(exitCode);
  }

  /** Runs a command and returns its exit code. */
  int run(String... arguments) {
    CommandLine line = new CommandLine(this);
    line.addSubcommand(new ImportCommand(this));
    line.addSubcommand(
        new CommandLine(new EmbeddingsCommand(this))
            .addSubcommand(new BuildCommand(this))
            .addSubcommand(new ResumeCommand(this))
            .addSubcommand(new ActivateCommand(this))
            .addSubcommand(new RetireCommand(this))
            .addSubcommand(new RepairCommand(this))
            .addSubcommand(new RetryRejectedCommand(this))
            .addSubcommand(new VerifyCommand(this)));
    line.addSubcommand(new SearchCommand(this));
    line.addSubcommand(new SimilarCommand(this));
    line.addSubcommand(new ShowCommand(this));
    ErrorHandler errors = new ErrorHandler(this);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(console.out())
        .setErr(console.err())
        .setUsageHelpWidth(
            Math.max(
                MIN_HELP_COLUMNS,
                Math.min(MAX_HELP_COLUMNS, console.outColumns().orElse(MAX_HELP_COLUMNS))))
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .execute(arguments);
  }

  public Console console() {
    return console;
  }

  public Clock clock() {
    return clock;
  }

  public ShutdownHook shutdownHook() {
    return shutdownHook;
  }

  public boolean verbose() {
    return verbose;
  }

  public String db() {
    return db;
  }

  public Embedder openEmbedder() {
    return embedders.open(model);
  }
}
