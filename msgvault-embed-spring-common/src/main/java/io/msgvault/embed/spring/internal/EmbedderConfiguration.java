package io.msgvault.embed.spring.internal;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.support.FunctionEmbedder;
import io.msgvault.embed.http.HttpEmbedder;
import io.msgvault.embed.onnx.Normalisation;
import io.msgvault.embed.onnx.OnnxEmbedder;
import io.msgvault.embed.onnx.Pooling;
import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.spring.EmbedProperties;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the embedder that the properties name, unless the host has one. */
@Configuration(proxyBeanMethods = false)
class EmbedderConfiguration {
  private static final String CLASSPATH = "classpath:";

  private static void requireOne(EmbedProperties properties) {
    List<String> set =
        Stream.of(
                properties.onnx().model() == null ? "" : "msgvault.embed.onnx.model",
                properties.http().url() == null ? "" : "msgvault.embed.http.url",
                properties.embeddingModel().name() == null
                    ? ""
                    : "msgvault.embed.embedding-model.name")
            .filter(name -> !name.isEmpty())
            .toList();
    if (set.size() > 1) {
      throw new EmbedConfigurationException(
          "Each of " + String.join(" and ", set) + " names an embedder.",
          "Set one of them. For two embedders define two beans, one of them @Primary.");
    }
  }

  /** Loads a model from files. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(OnnxEmbedder.class)
  @ConditionalOnProperty("msgvault.embed.onnx.model")
  static class Onnx {
    @Bean
    @ConditionalOnMissingBean
    Embedder embedEmbedder(EmbedProperties properties) {
      requireOne(properties);
      EmbedProperties.Onnx files = properties.onnx();
      String model = Objects.requireNonNull(files.model());
      String tokenizer = files.tokenizer() == null ? besideModel(model) : files.tokenizer();
      OnnxEmbedder.Builder embedder =
          OnnxEmbedder.builder()
              .normalisation(files.normalise() ? Normalisation.L2 : Normalisation.NONE);
      if (model.startsWith(CLASSPATH)) {
        embedder.modelResource(model.substring(CLASSPATH.length()));
      } else {
        embedder.model(Path.of(model));
      }
      if (tokenizer.startsWith(CLASSPATH)) {
        embedder.tokenizerResource(tokenizer.substring(CLASSPATH.length()));
      } else {
        embedder.tokenizer(Path.of(tokenizer));
      }
      IfSet.of(files.name(), embedder::name);
      IfSet.of(files.pooling(), pooling -> embedder.pooling(Pooling.valueOf(pooling.name())));
      IfSet.of(files.queryPrefix(), embedder::queryPrefix);
      IfSet.of(files.documentPrefix(), embedder::documentPrefix);
      IfSet.of(files.maxInputTokens(), embedder::maxInputTokens);
      IfSet.of(files.threads(), embedder::threads);
      return embedder.build();
    }

    private static String besideModel(String model) {
      return model.substring(0, model.lastIndexOf('/') + 1) + "tokenizer.json";
    }
  }

  /** Asks an endpoint. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(HttpEmbedder.class)
  @ConditionalOnProperty("msgvault.embed.http.url")
  static class Http {
    @Bean
    @ConditionalOnMissingBean
    Embedder embedEmbedder(EmbedProperties properties) {
      requireOne(properties);
      EmbedProperties.Http endpoint = properties.http();
      URI url = Objects.requireNonNull(endpoint.url());
      if (endpoint.model() == null) {
        throw new EmbedConfigurationException(
            "msgvault.embed.http.url is set, but msgvault.embed.http.model is not.",
            "Set it to the name that the server has for the model.");
      }
      HttpEmbedder.Builder embedder = HttpEmbedder.builder(url, endpoint.model());
      IfSet.of(endpoint.key(), key -> embedder.key(() -> key));
      endpoint.headers().forEach(embedder::header);
      IfSet.of(endpoint.dimension(), embedder::dimension);
      IfSet.of(endpoint.shortenTo(), embedder::shortenTo);
      IfSet.of(endpoint.maxTokens(), embedder::maxTokens);
      IfSet.of(endpoint.queryPrefix(), embedder::queryPrefix);
      IfSet.of(endpoint.documentPrefix(), embedder::documentPrefix);
      IfSet.of(endpoint.batchSize(), embedder::batchSize);
      IfSet.of(endpoint.concurrency(), embedder::concurrency);
      IfSet.of(endpoint.timeout(), embedder::timeout);
      return embedder.build();
    }
  }

  /** Takes the model of another library. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty("msgvault.embed.embedding-model.name")
  static class OfBean {
    @Bean
    @ConditionalOnMissingBean
    Embedder embedEmbedder(EmbedProperties properties, ListableBeanFactory beans) {
      requireOne(properties);
      EmbedProperties.EmbeddingModel settings = properties.embeddingModel();
      FunctionEmbedder.Builder embedder =
          EmbeddingModels.find(beans, Objects.requireNonNull(settings.name()));
      IfSet.of(settings.dimension(), embedder::dimension);
      IfSet.of(settings.maxTokens(), embedder::maxTokens);
      IfSet.of(settings.queryPrefix(), embedder::queryPrefix);
      IfSet.of(settings.documentPrefix(), embedder::documentPrefix);
      IfSet.of(settings.batchSize(), embedder::batchSize);
      IfSet.of(settings.concurrency(), embedder::concurrency);
      return embedder.build();
    }
  }
}
