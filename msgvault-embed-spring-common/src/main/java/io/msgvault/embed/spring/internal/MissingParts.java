package io.msgvault.embed.spring.internal;

import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.spring.EmbedProperties;

/** Says what lacks where no configuration could make a bean. */
final class MissingParts {
  private MissingParts() {}

  /**
   * Says why a store is missing.
   *
   * @param dataSource whether there is a data source
   * @param one whether one of the two stores is there
   */
  static EmbedConfigurationException stores(
      EmbedProperties properties, boolean dataSource, boolean one) {
    if (one) {
      return new EmbedConfigurationException(
          "Only one of the beans MessageStore and VectorStore is there.",
          "Define both, or let one backend make both.");
    }
    if (properties.sqlite().archive() != null) {
      return dependency("msgvault.embed.sqlite.archive is set", "msgvault-embed-sqlite", "SQLite");
    }
    return dataSource
        ? dependency("There is a DataSource bean", "msgvault-embed-pgvector", "PostgreSQL")
        : new EmbedConfigurationException(
            "There is neither a DataSource bean nor a file for the messages.",
            "Set spring.datasource.url to a PostgreSQL database, or msgvault.embed.sqlite.archive"
                + " to a file. Set msgvault.embed.enabled=false to do without an index.");
  }

  /** Says why no cluster is used. */
  static EmbedConfigurationException opensearch() {
    return dependency(
        "msgvault.embed.opensearch.nodes is set", "msgvault-embed-opensearch", "clusters");
  }

  /** Says why there is no embedder. */
  static EmbedConfigurationException embedder(EmbedProperties properties) {
    if (properties.onnx().model() != null) {
      return dependency("msgvault.embed.onnx.model is set", "msgvault-embed-onnx", "ONNX models");
    }
    if (properties.http().url() != null) {
      return dependency("msgvault.embed.http.url is set", "msgvault-embed-http", "endpoints");
    }
    return new EmbedConfigurationException(
        "There is no embedder, so no text can become a vector.",
        "Set msgvault.embed.onnx.model to a model file in ONNX format, or msgvault.embed.http.url"
            + " and msgvault.embed.http.model to an endpoint. With an EmbeddingModel bean of Spring"
            + " AI or LangChain4j, set msgvault.embed.embedding-model.name. Or define a bean of type"
            + " io.msgvault.embed.embedder.Embedder.");
  }

  private static EmbedConfigurationException dependency(
      String given, String artifact, String what) {
    return new EmbedConfigurationException(
        given + ", but no module for " + what + " is on the class path.",
        "Add the dependency io.msgvault:" + artifact + ".");
  }
}
