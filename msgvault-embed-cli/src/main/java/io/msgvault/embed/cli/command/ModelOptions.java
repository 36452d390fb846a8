package io.msgvault.embed.cli.command;

import io.msgvault.embed.onnx.Pooling;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The options that choose the model. */
public final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = {
        "A folder with the model.onnx and tokenizer.json of a sentence-transformer; with"
            + " --endpoint, the name of a model there.",
        "Default: all-MiniLM-L6-v2, quantised, which comes with this command."
      })
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = {
        "An OpenAI-compatible endpoint, such as http://localhost:11434/v1. The text of your mail"
            + " and your queries are sent there. Its key comes from $MSGVAULT_EMBED_API_KEY.",
        "Default: none, and no text leaves this machine."
      })
  private Optional<String> endpoint = Optional.empty();

  @Option(
      names = "--no-base64",
      scope = ScopeType.INHERIT,
      description =
          "Ask the endpoint for vectors as numbers, if it fails on base64 without saying so.")
  private boolean withoutBase64;

  @Option(
      names = "--pooling",
      paramLabel = "MODE",
      converter = PoolingConverter.class,
      scope = ScopeType.INHERIT,
      description =
          "How the model in DIR makes one vector of those of its tokens: mean or cls. Default: as"
              + " DIR/1_Pooling/config.json says, or mean.")
  private Optional<Pooling> pooling = Optional.empty();

  @Option(
      names = "--query-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      scope = ScopeType.INHERIT,
      description = "The text that the model wants before a query, such as 'query: '.")
  private String queryPrefix = "";

  @Option(
      names = "--document-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      scope = ScopeType.INHERIT,
      description = "The text that the model wants before a document, such as 'passage: '.")
  private String documentPrefix = "";

  Optional<String> model() {
    return model;
  }

  Optional<String> endpoint() {
    return endpoint;
  }

  boolean withoutBase64() {
    return withoutBase64;
  }

  Optional<Pooling> pooling() {
    return pooling;
  }

  String queryPrefix() {
    return queryPrefix;
  }

  String documentPrefix() {
    return documentPrefix;
  }

  private static final class PoolingConverter implements ITypeConverter<Pooling> {
    @Override
    public Pooling convert(String value) {
      return Arrays.stream(Pooling.values())
          .filter(pooling -> pooling.name().equalsIgnoreCase(value))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException("expected mean or cls, but was '" + value + "'"));
    }
  }
}
