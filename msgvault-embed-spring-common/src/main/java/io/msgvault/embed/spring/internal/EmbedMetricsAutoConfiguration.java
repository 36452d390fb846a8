package io.msgvault.embed.spring.internal;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.observation.ObservationRegistry;
import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.micrometer.EmbedMetrics;
import io.msgvault.embed.micrometer.EmbedObservations;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.spring.EmbedProperties;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the meters of the job, and the observations of its runs and requests. */
@AutoConfiguration(
    after = EmbedAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics"
          + ".CompositeMeterRegistryAutoConfiguration", // Boot 3
      "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure"
          + ".CompositeMeterRegistryAutoConfiguration", // Boot 4
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
    })
@ConditionalOnClass(EmbedMetrics.class)
@ConditionalOnBean({MessageStore.class, VectorStore.class})
public class EmbedMetricsAutoConfiguration {
  /** Makes the meters. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterRegistry.class)
  @ConditionalOnBean(MeterRegistry.class)
  static class Meters {
    @Bean
    @ConditionalOnMissingBean
    EmbedMetrics embedMetrics(
        MeterRegistry registry,
        MessageStore messages,
        VectorStore vectors,
        ObjectProvider<WordIndex> words,
        ObjectProvider<ArchiveMapping> mappings,
        EmbedProperties properties) {
      Optional<WordIndex> index = Optional.ofNullable(words.getIfAvailable());
      Scope scope = properties.scope().toScope();
      return new EmbedMetrics(
          registry,
          () -> IndexStatus.read(messages, vectors, index, scope),
          tags(Optional.ofNullable(mappings.getIfAvailable())));
    }

    /** Returns the tag that tells an archive with a name from others. */
    private static Tags tags(Optional<ArchiveMapping> mapping) {
      return mapping
          .flatMap(ArchiveMapping::name)
          .map(name -> Tags.of("archive", name))
          .orElseGet(Tags::empty);
    }

    /** Gives the gauges their first values. */
    @Bean
    ApplicationListener<ApplicationReadyEvent> embedMetricsRefresh(EmbedMetrics metrics) {
      return event -> metrics.refresh();
    }
  }

  /** Makes the observations. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ObservationRegistry.class)
  @ConditionalOnBean(ObservationRegistry.class)
  static class Observations {
    @Bean
    @ConditionalOnMissingBean
    EmbedObservations embedObservations(ObservationRegistry registry) {
      return new EmbedObservations(registry);
    }

    @Bean
    Observing embedObserving(EmbedObservations observations, EmbedProperties properties) {
      return new Observed(observations, provider(properties));
    }

    private static String provider(EmbedProperties properties) {
      if (properties.onnx().model() != null) {
        return "onnx";
      }
      return properties.http().url() == null ? "custom" : "openai";
    }
  }

  /** Watches by observations. */
  private record Observed(EmbedObservations observations, String provider) implements Observing {
    @Override
    public Embedder requests(Embedder embedder) {
      return observations.observe(embedder, provider);
    }

    @Override
    public RunOutcome run(Supplier<RunOutcome> run) {
      return observations.run(run);
    }
  }
}
