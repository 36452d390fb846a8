package io.msgvault.embed.spring.tests;

import io.msgvault.embed.embedder.Embedder;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with nothing of its own but an embedder, which may be slow. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class TestApplication {
  /** Starts it. */
  public static void main(String[] arguments) {
    builder(TestApplication.class).run(arguments);
  }

  /** Returns the builder of an application whose defaults suit tests. */
  static SpringApplicationBuilder builder(Class<?>... sources) {
    return new SpringApplicationBuilder(sources)
        .properties(
            "server.port=0",
            "management.endpoints.web.exposure.include=*",
            "management.endpoint.health.show-details=always",
            "msgvault.embed.job.interval=100ms");
  }

  @Bean
  Embedder embedder(@Value("${test.delay:0s}") Duration delay) {
    return new SlowEmbedder(delay);
  }
}
