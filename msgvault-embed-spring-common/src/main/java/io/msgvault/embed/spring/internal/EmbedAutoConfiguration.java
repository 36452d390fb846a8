package io.msgvault.embed.spring.internal;

import io.msgvault.embed.spring.EmbedProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Makes the embedder, and the beans of one archive or of several. */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration", // Boot 3
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration" // Boot 4
    })
@ConditionalOnProperty(name = "msgvault.embed.enabled", matchIfMissing = true)
@EnableConfigurationProperties(EmbedProperties.class)
@Import(EmbedderConfiguration.class)
public class EmbedAutoConfiguration {
  @Bean
  EmbedThreads embedThreads(Environment environment) {
    return EmbedThreads.of(environment);
  }

  /** Makes the beans of one archive. */
  @Configuration(proxyBeanMethods = false)
  @Conditional(NumberOfArchives.One.class)
  @Import(ArchiveConfiguration.class)
  static class One {}

  /** Makes the beans of several archives. */
  @Configuration(proxyBeanMethods = false)
  @Conditional(NumberOfArchives.Several.class)
  @Import(ArchivesConfiguration.class)
  static class Several {}
}
