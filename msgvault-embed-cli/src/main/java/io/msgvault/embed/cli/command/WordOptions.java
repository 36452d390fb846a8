package io.msgvault.embed.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options for the words that keyword search finds. */
public final class WordOptions {
  @Option(
      names = "--words",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = {
        "The folder with the words of an SQLite archive. It can be deleted; a build makes it anew.",
        "Default: beside the archive, mail-words for mail.db. PostgreSQL keeps them itself."
      })
  private Optional<Path> words = Optional.empty();

  @Option(
      names = "--language",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = {
        "The language whose forms of a word are found together, such as german or de; none finds"
            + " words as they are written. A build in another language makes the words anew.",
        "Default: that of the words that are there, or else english"
      })
  private Optional<String> language = Optional.empty();

  Optional<Path> words() {
    return words;
  }

  Optional<String> language() {
    return language;
  }
}
