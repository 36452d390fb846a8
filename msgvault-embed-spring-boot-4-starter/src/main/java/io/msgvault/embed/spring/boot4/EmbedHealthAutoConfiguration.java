package io.msgvault.embed.spring.boot4;

import io.msgvault.embed.spring.StoreProbe;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Makes the health indicator {@code msgvaultEmbed}, which is down if a store can't be reached. */
@AutoConfiguration(afterName = "io.msgvault.embed.spring.internal.EmbedActuatorAutoConfiguration")
@ConditionalOnClass({Health.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(StoreProbe.class)
@ConditionalOnEnabledHealthIndicator("msgvaultEmbed")
public class EmbedHealthAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean(name = "msgvaultEmbedHealthIndicator")
  HealthIndicator msgvaultEmbedHealthIndicator(StoreProbe stores) {
    return () -> {
      StoreProbe.Answer answer = stores.ask();
      return (answer.reached() ? Health.up() : Health.down()).withDetails(answer.details()).build();
    };
  }
}
