package io.msgvault.embed.spring.internal;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.spring.EmbedArchives;
import io.msgvault.embed.spring.EmbedRuns;
import io.msgvault.embed.spring.StoreProbe;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the actuator's endpoint and its part of {@code info}, and what health is told by. */
@AutoConfiguration(after = EmbedAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
public class EmbedActuatorAutoConfiguration {
  private static final String ID = "msgvaultembed";

  /** Shows a single archive. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean(EmbedJob.class)
  static class One {
    private final OperatedIndex index;

    One(EmbedJob job, ObjectProvider<EmbedRuns> runs) {
      index = new OperatedIndex(job, Optional.ofNullable(runs.getIfAvailable()));
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean
    EmbedEndpoint embedEndpoint() {
      return new EmbedEndpoint(index);
    }

    @Bean
    @ConditionalOnEnabledInfoContributor(ID)
    InfoContributor embedInfoContributor() {
      return info -> info.withDetail(ID, index.summary());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean({MessageStore.class, VectorStore.class})
    StoreProbe embedStoreProbe(
        MessageStore messages, VectorStore vectors, ObjectProvider<WordIndex> words) {
      return new StoreProbe(messages, vectors, Optional.ofNullable(words.getIfAvailable()));
    }
  }

  /** Shows several archives, each by its name. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean(EmbedArchives.class)
  static class Several {
    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean
    ArchivesEndpoint embedArchivesEndpoint(EmbedArchives archives) {
      return new ArchivesEndpoint(archives);
    }

    @Bean
    @ConditionalOnEnabledInfoContributor(ID)
    InfoContributor embedArchivesInfoContributor(EmbedArchives archives) {
      return info -> info.withDetail(ID, ArchivesEndpoint.each(archives, OperatedIndex::summary));
    }
  }
}
