package io.msgvault.embed.cli;

import io.msgvault.embed.cli.command.ActivateCommand;
import io.msgvault.embed.cli.command.BuildCommand;
import io.msgvault.embed.cli.command.CliContext;
import io.msgvault.embed.cli.command.EmbedderFactory;
import io.msgvault.embed.cli.command.EmbeddingsCommand;
import io.msgvault.embed.cli.command.EvalCommand;
import io.msgvault.embed.cli.command.GlobalOptions;
import io.msgvault.embed.cli.command.ImportCommand;
import io.msgvault.embed.cli.command.McpCommand;
import io.msgvault.embed.cli.command.RepairCommand;
import io.msgvault.embed.cli.command.ResumeCommand;
import io.msgvault.embed.cli.command.RetireCommand;
import io.msgvault.embed.cli.command.RetryRejectedCommand;
import io.msgvault.embed.cli.command.SearchCommand;
import io.msgvault.embed.cli.command.ServeCommand;
import io.msgvault.embed.cli.command.ShowCommand;
import io.msgvault.embed.cli.command.ShutdownHook;
import io.msgvault.embed.cli.command.SimilarCommand;
import io.msgvault.embed.cli.command.VerifyCommand;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ErrorHandler;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The command line: it declares the commands and runs the one that was asked for. */
@Command(
    name = "msgvault-embed",
    description = "Keeps an index of your mail, and searches it by meaning and by words.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong usage",
      "3:not ready: there is no archive or no index, or it was made with other settings; the"
          + " message names the remedy",
      "4:busy: another process is filling the index",
      "130:interrupted; finished work is kept (143 if terminated)"
    })
public final class MsgvaultEmbed {
  private static final Pattern EXCLUSION = Pattern.compile("-[a-z]+:");
  private static final int MIN_HELP_COLUMNS = 60;
  private static final int MAX_HELP_COLUMNS = 100;

  @Mixin private GlobalOptions options = new GlobalOptions();

  private final Console console;
  private final Clock clock;
  private final EmbedderFactory embedders;
  private final ShutdownHook shutdownHook;

  MsgvaultEmbed(
      Console console, Clock clock, EmbedderFactory embedders, ShutdownHook shutdownHook) {
    this.console = console;
    this.clock = clock;
    this.embedders = embedders;
    this.shutdownHook = shutdownHook;
  }

  /** Runs the command of this process. */
  public static void main(String[] arguments) {
    runProcess(
        arguments,
        Console.ofProcess(),
        Clock.system(ZoneId.systemDefault()),
        EmbedderFactory.DEFAULT);
  }

  /** Runs a command and exits the process. An interrupt may end the process earlier. */
  static void runProcess(
      String[] arguments, Console console, Clock clock, EmbedderFactory embedders) {
    ShutdownHook shutdownHook = new ShutdownHook();
    shutdownHook.register();
    int exitCode = new MsgvaultEmbed(console, clock, embedders, shutdownHook).run(arguments);
    shutdownHook.finished();
    System.exit(exitCode);
  }

  /** Runs a command and returns its exit code. */
  int run(String... arguments) {
    CliContext context = new CliContext(console, clock, embedders, shutdownHook, options);
    CommandLine line = new CommandLine(this);
    line.addSubcommand(new ImportCommand(context));
    line.addSubcommand(
        new CommandLine(new EmbeddingsCommand(context))
            .addSubcommand(new BuildCommand(context))
            .addSubcommand(new ResumeCommand(context))
            .addSubcommand(new ActivateCommand(context))
            .addSubcommand(new RetireCommand(context))
            .addSubcommand(new RepairCommand(context))
            .addSubcommand(new RetryRejectedCommand(context))
            .addSubcommand(new VerifyCommand(context)));
    line.addSubcommand(new SearchCommand(context));
    line.addSubcommand(new SimilarCommand(context));
    line.addSubcommand(new ShowCommand(context));
    line.addSubcommand(new ServeCommand(context));
    line.addSubcommand(new McpCommand(context));
    line.addSubcommand(new EvalCommand(context));
    HelpPages.shorten(line);
    ErrorHandler errors = new ErrorHandler(console, options::verbose);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(console.out())
        .setErr(console.err())
        .setUsageHelpWidth(
            Math.max(
                MIN_HELP_COLUMNS,
                Math.min(MAX_HELP_COLUMNS, console.outColumns().orElse(MAX_HELP_COLUMNS))))
        .registerConverter(int.class, value -> number(value, Integer::valueOf))
        .registerConverter(long.class, value -> number(value, Long::valueOf))
        .registerConverter(Long.class, value -> number(value, Long::valueOf))
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .execute(Arrays.stream(arguments).map(MsgvaultEmbed::asQuestion).toArray(String[]::new));
  }

  /** Puts a space before a filter such as {@code -label:spam}, so that it is not an option. */
  private static String asQuestion(String argument) {
    return EXCLUSION.matcher(argument).lookingAt() ? " " + argument : argument;
  }

  private static <T> T number(String value, Function<String, T> parse) {
    try {
      return parse.apply(value);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + value + "' is not a whole number, or too large");
    }
  }
}
