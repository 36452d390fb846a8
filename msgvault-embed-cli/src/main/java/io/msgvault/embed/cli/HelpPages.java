package io.msgvault.embed.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/**
 * Shows the options that every command has, and the exit codes, in the help of the program only.
 * The help of a command then fits one screen.
 */
final class HelpPages {
  private HelpPages() {}

  /** Shortens the help of all commands below this one. */
  static void shorten(CommandLine program) {
    for (CommandLine command : program.getSubcommands().values()) {
      CommandSpec spec = command.getCommandSpec();
      for (OptionSpec option : List.copyOf(spec.options())) {
        if (spec.root().optionsMap().containsKey(option.longestName())) {
          spec.remove(option);
          spec.addOption(
              OptionSpec.builder(option).hidden(true).scopeType(ScopeType.LOCAL).build());
        }
      }
      spec.usageMessage()
          .exitCodeListHeading("")
          .exitCodeList(Map.of())
          .footer("", "Options of every command and exit codes: msgvault-embed --help");
      shorten(command);
    }
  }
}
