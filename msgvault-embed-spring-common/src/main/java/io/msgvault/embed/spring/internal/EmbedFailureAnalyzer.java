package io.msgvault.embed.spring.internal;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.WordPolicyException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why an application does not start. The message of the exception says what is wrong, and
 * this adds what to do about it in an application of Spring's.
 */
final class EmbedFailureAnalyzer extends AbstractFailureAnalyzer<EmbedException> {
  /** What to do about exceptions of the optional modules, by the names of their classes. */
  private static final Map<String, String> OF_POSTGRESQL =
      Map.of(
          "MissingExtensionException",
          "Let an administrator install pgvector 0.8 or later, and run CREATE EXTENSION vector in"
              + " the database.",
          "PoolTooSmallException",
          "Set spring.datasource.hikari.maximum-pool-size to at least 5, and higher for the threads of"
              + " your own.",
          "TablesInUseException",
          "End the transaction that uses the tables, and start the application again.",
          "MissingPrivilegeException",
          "Grant the role of the data source what is missing. Or let an owner install it once, and"
              + " set msgvault.embed.access=open, or read-only where the application only searches.");

  /** What to do about exceptions of the library, the more special ones first. */
  private static final Map<Class<? extends EmbedException>, String> ACTIONS = new LinkedHashMap<>();

  static {
    ACTIONS.put(
        NotInstalledException.class,
        "Set msgvault.embed.access=install in one application, and start it first.");
    ACTIONS.put(
        NewerSchemaException.class,
        "Use the version of msgvault-embed that wrote it, or a later one.");
    ACTIONS.put(
        MappingMismatchException.class,
        "Give msgvault.embed.mapping.*, or the ArchiveMapping bean, the columns that are installed."
            + " Or uninstall the other mapping first.");
    ACTIONS.put(
        WordPolicyException.class,
        "Set msgvault.embed.words.language to the language of the words that are there. Or uninstall"
            + " the words; the next run writes them anew.");
    ACTIONS.put(
        BrokenIndexException.class,
        "Delete what the description names. It is derived data, which the next run writes anew.");
    ACTIONS.put(
        ArchiveMismatchException.class,
        "Check msgvault.embed.postgresql.schema, msgvault.embed.sqlite.archive and .vectors, and"
            + " msgvault.embed.opensearch.prefix: they belong together.");
    ACTIONS.put(
        EmbedderException.class,
        "Check the properties msgvault.embed.onnx.* or msgvault.embed.http.*.");
    ACTIONS.put(
        StoreException.class,
        "Check that the database, the file and the cluster can be reached: spring.datasource.*,"
            + " msgvault.embed.sqlite.*, msgvault.embed.opensearch.*.");
  }

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, EmbedException cause) {
    if (cause instanceof EmbedConfigurationException configuration) {
      return new FailureAnalysis(configuration.description(), configuration.action(), cause);
    }
    if (cause instanceof IncompatibleTablesException tables) {
      return new FailureAnalysis(
          "The tables do not fit the mapping.", list(tables.problems()), cause);
    }
    return new FailureAnalysis(cause.getMessage(), actionFor(cause), cause);
  }

  private static String list(List<String> problems) {
    return "Mend each of these, or the properties msgvault.embed.mapping.*:\n  - "
        + String.join("\n  - ", problems);
  }

  private static String actionFor(EmbedException cause) {
    String special = OF_POSTGRESQL.get(cause.getClass().getSimpleName());
    if (special != null) {
      return special;
    }
    return ACTIONS.entrySet().stream()
        .filter(entry -> entry.getKey().isInstance(cause))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("Do what the description says.");
  }
}
