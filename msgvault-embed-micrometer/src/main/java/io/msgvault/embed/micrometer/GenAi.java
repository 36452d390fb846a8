package io.msgvault.embed.micrometer;

/**
 * The names of OpenTelemetry's semantic conventions for generative AI, as of version 1.37. They are
 * not stable yet, so all that a later version renames stands here.
 */
final class GenAi {
  /** The duration of one call of a model. */
  static final String OPERATION_DURATION = "gen_ai.client.operation.duration";

  static final String OPERATION_NAME = "gen_ai.operation.name";
  static final String PROVIDER_NAME = "gen_ai.provider.name";
  static final String REQUEST_MODEL = "gen_ai.request.model";
  static final String DIMENSIONS = "gen_ai.embeddings.dimension.count";
  static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";

  /** The operation that embeds texts. */
  static final String EMBEDDINGS = "embeddings";

  private GenAi() {}
}
