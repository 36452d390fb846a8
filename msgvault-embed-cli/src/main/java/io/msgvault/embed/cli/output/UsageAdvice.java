package io.msgvault.embed.cli.output;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with the arguments of a command, and what was probably meant. */
final class UsageAdvice {
  private final CommandSpec command;

  private UsageAdvice(CommandSpec command) {
    this.command = command;
  }

  /** Returns a text for a person, which names the help page too. */
  static String of(ParameterException e) {
    String problem = problem(e);
    String page = "'" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'";
    return problem + (problem.endsWith("?") ? " See " : "; see ") + page;
  }

  private static String problem(ParameterException e) {
    UsageAdvice advice = new UsageAdvice(e.getCommandLine().getCommandSpec());
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String argument = unmatched.getUnmatched().get(0);
      return argument.startsWith("-") ? advice.option(argument) : advice.argument(argument);
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      ArgSpec first = missing.getMissing().get(0);
      if (first instanceof OptionSpec option) {
        boolean valueOnly = String.valueOf(e.getMessage()).contains("parameter for option");
        return option.longestName()
            + (valueOnly ? " lacks its value " + option.paramLabel() : " is missing");
      }
      return first.paramLabel() + " is missing";
    }
    return String.valueOf(e.getMessage())
        .replaceFirst("^Missing required subcommand$", "a command is missing")
        .replaceFirst("^Invalid value for option '([^']+)'[^:]*: ", "$1: ")
        .replaceFirst(
            "^Invalid value for positional parameter at index \\d+ \\((\\S+)\\): ", "$1: ")
        .replaceFirst(
            "^Error: (--[a-z-]+)(?:,| and) \\[?(--[a-z-]+).* are mutually exclusive.*",
            "$1 and $2 exclude each other");
  }

  private String option(String argument) {
    String name = argument.replaceFirst("=.*", "");
    List<String> owners =
        commands(command.root())
            .filter(each -> each.optionsMap().containsKey(name))
            .map(UsageAdvice::path)
            .sorted()
            .toList();
    if (owners.isEmpty()) {
      return "there is no option " + name + didYouMean(name, command.optionsMap().keySet());
    }
    String belongs = name + " is an option of " + joined(owners);
    boolean tooEarly =
        commands(command).skip(1).anyMatch(each -> each.optionsMap().containsKey(name));
    return tooEarly ? belongs + ": write it after the command" : belongs;
  }

  private String argument(String argument) {
    if (command.subcommands().isEmpty()) {
      return "'" + argument + "' is one argument too many";
    }
    Optional<CommandSpec> elsewhere =
        commands(command.root()).filter(each -> each.name().equals(argument)).findFirst();
    return elsewhere
        .map(
            spec ->
                "'%s' is a command of %s: write '%s'"
                    .formatted(argument, path(spec.parent()), spec.qualifiedName()))
        .orElseGet(
            () ->
                "there is no command '%s'%s"
                    .formatted(argument, didYouMean(argument, command.subcommands().keySet())));
  }

  private static String didYouMean(String word, Collection<String> names) {
    return names.stream()
        .min(
            Comparator.comparingInt((String name) -> distance(word, name))
                .thenComparing(name -> name))
        .filter(name -> distance(word, name) <= Math.max(1, name.length() / 3))
        .map(name -> ": did you mean " + name + "?")
        .orElse("");
  }

  /** Returns a command and all below it. */
  private static Stream<CommandSpec> commands(CommandSpec from) {
    return Stream.concat(
        Stream.of(from),
        from.subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .flatMap(UsageAdvice::commands));
  }

  /** Returns how a command is called, without the name of the program. */
  private static String path(CommandSpec command) {
    String name = command.qualifiedName();
    return "'" + name.substring(name.indexOf(' ') + 1) + "'";
  }

  private static String joined(List<String> names) {
    int last = names.size() - 1;
    return last == 0
        ? names.get(0)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  /**
   * Returns how many letters are to be inserted, removed, replaced or swapped with the next one to
   * turn one word into another (optimal string alignment).
   */
  private static int distance(String from, String to) {
    String a = from.toLowerCase(Locale.ROOT);
    String b = to.toLowerCase(Locale.ROOT);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
