package io.msgvault.embed.spring.internal;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.opensearch.Engine;
import io.msgvault.embed.opensearch.HttpTransport;
import io.msgvault.embed.opensearch.OpenSearchTransport;
import io.msgvault.embed.opensearch.OpenSearchVectorIndex;
import io.msgvault.embed.opensearch.OpenSearchWordIndex;
import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.spring.EmbedProperties;
import io.msgvault.embed.store.WordIndex;
import java.net.URI;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** Puts vectors and words on an OpenSearch cluster, beside the ledger of a database or a file. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(OpenSearchVectorIndex.class)
@Conditional(NodesNamed.class)
class OpenSearchConfiguration {
  private static final String PROPERTIES = "msgvault.embed.opensearch.";

  private final EmbedProperties.OpenSearch settings;
  private final ObjectProvider<ArchiveMapping> mappings;

  OpenSearchConfiguration(EmbedProperties properties, ObjectProvider<ArchiveMapping> mappings) {
    this.settings = properties.opensearch();
    this.mappings = mappings;
  }

  @Bean
  @ConditionalOnMissingBean
  OpenSearchTransport embedOpenSearchTransport() {
    return checked(
        () -> {
          HttpTransport.Builder transport =
              OpenSearchTransport.http(settings.nodes().toArray(URI[]::new));
          settings.headers().forEach(transport::header);
          IfSet.of(settings.timeout(), transport::timeout);
          String user = settings.user();
          String password = settings.password();
          if (user != null && password != null) {
            transport.login(user, () -> password);
          } else if (user != null || password != null) {
            throw new EmbedConfigurationException(
                "Only one of " + PROPERTIES + "user and " + PROPERTIES + "password is set.",
                "Set both, or neither.");
          }
          return transport.build();
        });
  }

  @Bean
  ClusterVectors embedClusterVectors(OpenSearchTransport transport) {
    return checked(
        () -> {
          OpenSearchVectorIndex.Builder index = OpenSearchVectorIndex.builder(transport, prefix());
          IfSet.of(settings.vectorsExpected(), index::vectorsExpected);
          IfSet.of(settings.replicas(), index::replicas);
          IfSet.of(settings.activeCopies(), index::activeCopies);
          IfSet.of(settings.engine(), engine -> index.engine(Engine.valueOf(engine.name())));
          IfSet.of(settings.compression(), index::compression);
          IfSet.of(settings.candidates(), index::candidates);
          return new ClusterVectors(index.build());
        });
  }

  private String prefix() {
    String prefix = settings.prefix();
    if (prefix == null) {
      throw new EmbedConfigurationException(
          PROPERTIES + "prefix is not set.",
          "Set it to how the names of this application's indexes begin. No other archive of the"
              + " cluster may have the same.");
    }
    ArchiveMapping mapping = mappings.getIfAvailable();
    return mapping == null ? prefix : prefix + mapping.suffix();
  }

  private static <T> T checked(Supplier<T> settings) {
    try {
      return settings.get();
    } catch (IllegalArgumentException e) {
      throw new EmbedConfigurationException(
          "One of the properties " + PROPERTIES + "* is wrong: " + e.getMessage() + ".",
          "Mend it.");
    }
  }

  /** Makes the words on the cluster. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(
      name = {"msgvault.embed.words.enabled", "msgvault.embed.opensearch.words"},
      matchIfMissing = true)
  static class Words {
    @Bean
    @ConditionalOnMissingBean
    WordIndex embedWordIndex(
        OpenSearchConfiguration cluster,
        OpenSearchTransport transport,
        EmbedProperties properties) {
      OpenSearchWordIndex.Builder words =
          checked(
              () -> {
                OpenSearchWordIndex.Builder index =
                    OpenSearchWordIndex.builder(transport, cluster.prefix());
                IfSet.of(cluster.settings.wordShards(), index::shards);
                IfSet.of(cluster.settings.replicas(), index::replicas);
                return index;
              });
      words.analyzer(Analyzers.of(properties.words().language()));
      return switch (properties.access()) {
        case INSTALL -> words.install();
        case OPEN, READ_ONLY -> words.open();
      };
    }
  }
}
