package io.msgvault.embed.cli;

import io.msgvault.embed.Embedder;
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
final class MsgvaultEmbed {
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

  private static final int NARROWEST_HELP = 60;
  private static final int WIDEST_HELP = 100;

  private final Console console;
  private final Clock clock;
  private final Embedders embedders;
  private final Stopping stopping;

  MsgvaultEmbed(Console console, Clock clock, Embedders embedders, Stopping stopping) {
    this.console = console;
    this.clock = clock;
    this.embedders = embedders;
    this.stopping = stopping;
  }

  /** Runs the command of this process. */
  public static void main(String[] arguments) {
    runProcess(arguments, Console.ofProcess(), Clock.system(ZoneId.systemDefault()), Embedders.ALL);
  }

  /** Runs a command and ends the process, which an interrupt may do before. */
  static void runProcess(String[] arguments, Console console, Clock clock, Embedders embedders) {
    Stopping stopping = new Stopping();
    stopping.listen();
    int exitCode = new MsgvaultEmbed(console, clock, embedders, stopping).run(arguments);
    stopping.ended();
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
    Errors errors = new Errors(this);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(console.out())
        .setErr(console.err())
        .setUsageHelpWidth(
            Math.max(
                NARROWEST_HELP, Math.min(WIDEST_HELP, console.outColumns().orElse(WIDEST_HELP))))
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .execute(arguments);
  }

  Console console() {
    return console;
  }

  Clock clock() {
    return clock;
  }

  Stopping stopping() {
    return stopping;
  }

  boolean verbose() {
    return verbose;
  }

  String db() {
    return db;
  }

  Embedder openEmbedder() {
    return embedders.open(model);
  }
}
