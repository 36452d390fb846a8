package io.msgvault.embed.cli.command;

import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which model embeds. */
public final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = {
        "A folder with the model.onnx and tokenizer.json of a sentence-transformer; with --endpoint"
            + " the name of a model there.",
        "Default: all-MiniLM-L6-v2, quantised, which comes with this command."
      })
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = {
        "Embed at an OpenAI-compatible endpoint, such as http://localhost:11434/v1; the text of your"
            + " mail and your queries are sent there. A key is taken from $MSGVAULT_EMBED_API_KEY.",
        "Default: nothing leaves this machine."
      })
  private Optional<String> endpoint = Optional.empty();

  @Option(
      names = "--query-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      scope = ScopeType.INHERIT,
      description = "What the model wants before a query, such as 'query: '.")
  private String queryPrefix = "";

  @Option(
      names = "--document-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      scope = ScopeType.INHERIT,
      description = "What the model wants before a text, such as 'passage: '.")
  private String documentPrefix = "";

  Optional<String> model() {
    return model;
  }

  Optional<String> endpoint() {
    return endpoint;
  }

  String queryPrefix() {
    return queryPrefix;
  }

  String documentPrefix() {
    return documentPrefix;
  }
}
