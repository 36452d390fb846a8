package io.msgvault.embed.cli.command;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command has. */
public final class GlobalOptions {
  @Option(
      names = "--db",
      paramLabel = "FILE|URL",
      defaultValue = "${env:MSGVAULT_EMBED_DB:-${sys:user.home}/.msgvault-embed/archive.db}",
      scope = ScopeType.INHERIT,
      description = {
        "The archive: an SQLite file, with its vectors and words beside it; or a PostgreSQL"
            + " database with pgvector: jdbc:postgresql://HOST/DATABASE?user=NAME. The database"
            + " uses the schema msgvault_embed unless &currentSchema=SCHEMA names another. Keep the"
            + " password in ~/.pgpass.",
        "Default: $MSGVAULT_EMBED_DB, or ~/.msgvault-embed/archive.db"
      })
  private String db = "";

  @Mixin private WordOptions words = new WordOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Name every mail that was not read whole, and show where errors come from.")
  private boolean verbose;

  String db() {
    return db;
  }

  WordOptions words() {
    return words;
  }

  ModelOptions model() {
    return model;
  }

  /** Returns whether {@code --verbose} was given. */
  public boolean verbose() {
    return verbose;
  }
}
