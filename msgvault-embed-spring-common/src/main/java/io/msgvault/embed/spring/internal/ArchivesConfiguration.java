package io.msgvault.embed.spring.internal;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.search.ArchivesSearcher;
import io.msgvault.embed.spring.EmbedArchives;
import io.msgvault.embed.spring.EmbedConfigurationException;
import io.msgvault.embed.spring.EmbedProperties;
import io.msgvault.embed.spring.MappingProperties;
import io.msgvault.embed.spring.StoreProbe;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes several archives, each in a context of its own, and one searcher over all of them. */
@Configuration(proxyBeanMethods = false)
class ArchivesConfiguration {
  @Bean
  @ConditionalOnMissingBean
  @DependsOnDatabaseInitialization
  EmbedArchives embedArchives(EmbedProperties properties, ConfigurableApplicationContext parent) {
    if (properties.mapping() != null) {
      throw new EmbedConfigurationException(
          "msgvault.embed.mapping.* and msgvault.embed.archives.* are both set.",
          "Move the mapping to msgvault.embed.archives, under a name.");
    }
    Map<String, ConfigurableApplicationContext> contexts = new LinkedHashMap<>();
    try {
      properties
          .archives()
          .forEach((name, tables) -> contexts.put(name, context(parent, mapping(name, tables))));
      return new EmbedArchives(contexts);
    } catch (RuntimeException e) {
      contexts.values().forEach(ConfigurableApplicationContext::close);
      throw e;
    }
  }

  private static ArchiveMapping mapping(String name, MappingProperties tables) {
    try {
      return tables.toMapping(name);
    } catch (EmbedConfigurationException e) {
      String properties = "msgvault.embed.archives." + name + ".";
      throw new EmbedConfigurationException(
          e.description().replace("msgvault.embed.mapping.", properties),
          e.action().replace("msgvault.embed.mapping.", properties));
    }
  }

  /** Makes the beans of one archive. It finds all others in the application's context. */
  private static ConfigurableApplicationContext context(
      ConfigurableApplicationContext parent, ArchiveMapping mapping) {
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.setId(parent.getId() + mapping.suffix());
    context.setEnvironment(parent.getEnvironment());
    context.setParent(parent);
    context.setClassLoader(parent.getClassLoader());
    context.registerBean(ArchiveMapping.class, () -> mapping);
    context.register(ArchiveConfiguration.class, EmbedMetricsAutoConfiguration.class);
    context.refresh();
    return context;
  }

  @Bean
  @ConditionalOnMissingBean
  ArchivesSearcher embedArchivesSearcher(EmbedArchives archives) {
    ArchivesSearcher.Builder searcher = ArchivesSearcher.builder();
    archives.names().forEach(name -> searcher.archive(name, archives.searcher(name)));
    return searcher.build();
  }

  @Bean
  @ConditionalOnMissingBean
  StoreProbe embedStoreProbe(EmbedArchives archives) {
    return archives.probe();
  }
}
