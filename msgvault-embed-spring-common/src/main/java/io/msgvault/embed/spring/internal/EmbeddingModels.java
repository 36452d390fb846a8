package io.msgvault.embed.spring.internal;

import io.msgvault.embed.embedder.support.FunctionEmbedder;
import io.msgvault.embed.langchain4j.LangChain4jEmbedder;
import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.springai.SpringAiEmbedder;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/** The {@code EmbeddingModel} beans of Spring AI and LangChain4j. */
final class EmbeddingModels {
  private EmbeddingModels() {}

  /**
   * Returns the builder of an embedder of the model that there is.
   *
   * @throws EmbedConfigurationException if there is none, or no module for it
   */
  static FunctionEmbedder.Builder find(ListableBeanFactory beans, String name) {
    FunctionEmbedder.Builder found = null;
    if (isPresent("springai.SpringAiEmbedder")) {
      found = OfSpringAi.find(beans, name);
    }
    if (found == null && isPresent("langchain4j.LangChain4jEmbedder")) {
      found = OfLangChain4j.find(beans, name);
    }
    if (found == null) {
      throw new EmbedConfigurationException(
          "msgvault.embed.embedding-model.name is set, but there is no EmbeddingModel bean.",
          "Define one, and add the dependency io.msgvault:msgvault-embed-spring-ai or"
              + " io.msgvault:msgvault-embed-langchain4j.");
    }
    return found;
  }

  private static boolean isPresent(String name) {
    return ClassUtils.isPresent(
        "io.msgvault.embed." + name, EmbeddingModels.class.getClassLoader());
  }

  /** Needs the classes of Spring AI. */
  private static final class OfSpringAi {
    static FunctionEmbedder.@Nullable Builder find(ListableBeanFactory beans, String name) {
      var model =
          beans
              .getBeanProvider(org.springframework.ai.embedding.EmbeddingModel.class)
              .getIfAvailable();
      return model == null ? null : SpringAiEmbedder.builder(model, name);
    }
  }

  /** Needs the classes of LangChain4j. */
  private static final class OfLangChain4j {
    static FunctionEmbedder.@Nullable Builder find(ListableBeanFactory beans, String name) {
      var model =
          beans
              .getBeanProvider(dev.langchain4j.model.embedding.EmbeddingModel.class)
              .getIfAvailable();
      return model == null ? null : LangChain4jEmbedder.builder(model, name);
    }
  }
}
