package io.msgvault.embed.spring.internal;

import io.msgvault.embed.Budget;
import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.JobListener;
import io.msgvault.embed.RateLimit;
import io.msgvault.embed.VectorCopy;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.search.Reranker;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.spring.EmbedJobCustomizer;
import io.msgvault.embed.spring.EmbedProperties;
import io.msgvault.embed.spring.EmbedRuns;
import io.msgvault.embed.spring.MappingProperties;
import io.msgvault.embed.spring.SearcherCustomizer;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.TextPolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

/** Makes the stores, the job with its runs, and the searcher of one archive. */
@Configuration(proxyBeanMethods = false)
@Import({
  OpenSearchConfiguration.class, // its words come before those of the other two
  SqliteConfiguration.class,
  PostgresqlConfiguration.class
})
class ArchiveConfiguration {
  /** The batches that a copy of vectors has in progress. */
  private static final int BATCHES_AT_ONCE = 4;

  /** Makes the mapping of the properties. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty("msgvault.embed.mapping.messages")
  static class Mapping {
    @Bean
    @ConditionalOnMissingBean
    ArchiveMapping embedArchiveMapping(EmbedProperties properties) {
      MappingProperties mapping = properties.mapping();
      if (mapping == null) {
        throw new IllegalStateException("msgvault.embed.mapping.messages is set and not bound");
      }
      return mapping.toMapping();
    }
  }

  /** Is asked for only if the job or the searcher is made here. */
  @Bean
  @Lazy
  EmbedParts embedParts(
      EmbedProperties properties,
      ObjectProvider<DataSource> dataSources,
      ObjectProvider<MessageStore> messages,
      ObjectProvider<VectorStore> vectors,
      ObjectProvider<WordIndex> words,
      ObjectProvider<Embedder> embedders,
      ObjectProvider<Observing> observing) {
    MessageStore messageStore = messages.getIfAvailable();
    VectorStore vectorStore = vectors.getIfAvailable();
    if (messageStore == null || vectorStore == null) {
      boolean one = messageStore != null || vectorStore != null;
      throw MissingParts.stores(properties, dataSources.stream().findAny().isPresent(), one);
    }
    Embedder embedder = embedders.getIfAvailable();
    if (embedder == null) {
      throw MissingParts.embedder(properties);
    }
    Observing requests = observing.getIfAvailable(() -> Observing.NONE);
    return new EmbedParts(
        messageStore,
        vectorStore,
        Optional.ofNullable(words.getIfAvailable()),
        requests.requests(embedder),
        embedders
            .orderedStream()
            .filter(other -> other != embedder)
            .map(requests::requests)
            .toList());
  }

  @Bean
  @ConditionalOnMissingBean
  EmbedJob embedJob(
      EmbedParts parts,
      EmbedProperties properties,
      EmbedThreads threads,
      ObjectProvider<TextPolicy> text,
      ObjectProvider<JobListener> listeners,
      ObjectProvider<EmbedJobCustomizer> customizers) {
    EmbedProperties.Job settings = properties.job();
    EmbedJob.Builder job =
        EmbedJob.builder(parts.messages(), parts.vectors(), parts.embedder())
            .scope(properties.scope().toScope())
            .executor(threads.executor())
            .budget(budget(settings.budget()))
            .rateLimit(rateLimit(settings.rateLimit()))
            .listener(all(listeners.orderedStream().toList()));
    parts.words().ifPresent(job::words);
    text.ifAvailable(job::text);
    if (settings.sharedLease()) {
      if (!parts.vectors().supportsSharedLease()) {
        throw new EmbedConfigurationException(
            "msgvault.embed.job.shared-lease is true, but the store of the vectors serves one"
                + " instance at a time.",
            "Set it to false, or keep the vectors in PostgreSQL.");
      }
      job.sharedLease();
    }
    IfSet.of(settings.backstopInterval(), job::backstopInterval);
    IfSet.of(settings.requestTimeout(), job::requestTimeout);
    IfSet.of(settings.keepRetired(), job::keepRetired);
    customizers.orderedStream().forEach(customizer -> customizer.customize(job));
    return job.build();
  }

  private static Budget budget(EmbedProperties.Job.Budget settings) {
    return new Budget(limit(settings.tokens()), limit(settings.requests()), Optional.empty());
  }

  private static RateLimit rateLimit(EmbedProperties.Job.RateLimit settings) {
    return new RateLimit(limit(settings.requestsPerMinute()), limit(settings.tokensPerMinute()));
  }

  private static OptionalLong limit(@Nullable Long most) {
    return most == null ? OptionalLong.empty() : OptionalLong.of(most);
  }

  private static JobListener all(List<JobListener> listeners) {
    return (JobEvent event) -> listeners.forEach(listener -> listener.onEvent(event));
  }

  /** Brings the vectors of the database or file to the cluster, before the first run. */
  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnBean({LocalVectors.class, ClusterVectors.class})
  @ConditionalOnProperty(name = "msgvault.embed.opensearch.copy-vectors", matchIfMissing = true)
  @Conditional(RunsHere.class)
  VectorCopy embedVectorCopy(
      MessageStore messages, LocalVectors local, ClusterVectors cluster, EmbedThreads threads) {
    return VectorCopy.builder(messages, local.store(), cluster.index())
        .executor(threads.executor(), BATCHES_AT_ONCE)
        .build();
  }

  @Bean
  @ConditionalOnMissingBean
  @Conditional(RunsHere.class)
  EmbedRuns embedRuns(
      EmbedJob job,
      EmbedProperties properties,
      EmbedThreads threads,
      ObjectProvider<VectorCopy> copies,
      ObjectProvider<Observing> observing) {
    Observing runs = observing.getIfAvailable(() -> Observing.NONE);
    return new EmbedRuns(
        job,
        Optional.ofNullable(copies.getIfAvailable()),
        properties.job(),
        runs::run,
        threads.executor());
  }

  @Bean
  @ConditionalOnMissingBean
  Searcher embedSearcher(
      EmbedParts parts,
      ObjectProvider<TextPolicy> text,
      ObjectProvider<Reranker> reranker,
      ObjectProvider<SearcherCustomizer> customizers) {
    Searcher.Builder searcher =
        Searcher.builder(parts.messages(), parts.vectors(), parts.embedder());
    parts.others().forEach(searcher::alsoEmbedder);
    parts.words().ifPresent(searcher::words);
    text.ifAvailable(searcher::text);
    reranker.ifAvailable(searcher::reranker);
    customizers.orderedStream().forEach(customizer -> customizer.customize(searcher));
    return searcher.build();
  }
}
