package io.msgvault.embed.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.JobListener;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunOutcome.Cancelled.StopReason;
import io.msgvault.embed.store.MessageStore;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a started application does, on every backend. */
abstract class ApplicationSuite {
  static final List<String> EVENTS = new CopyOnWriteArrayList<>();

  /** Returns the properties that name the backend. */
  abstract String[] backend();

  final String[] backendAnd(String... more) {
    List<String> all = new java.util.ArrayList<>(List.of(backend()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void findsWhatIsStoredAndShowsTheStatus() {
    try (StartedApplication application = StartedApplication.start(backend())) {
      application.store("the fan in the rack rattles", "the tide table for June");
      application.awaitComplete();
      assertThat(application.search("rattling fan")).startsWith(1L);

      HttpResponse<String> status = application.get("msgvaultembed");
      assertThat(status.statusCode()).isEqualTo(200);
      assertThat(status.body())
          .contains("\"missing\":0", "\"model\":\"hash-64\"", "\"embedded\":2", "\"problems\":[]");
      assertThat(application.get("info").body())
          .contains("\"msgvaultembed\":{\"active\":{\"generation\":");
      assertThat(application.get("metrics").body())
          .contains("msgvault.embed.run", "gen_ai.client.operation.duration");
      HttpResponse<String> health = application.get("health");
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.body()).contains("\"msgvaultEmbed\":{", "{\"index\":\"serving\"}");
    }
  }

  @Test
  void endpointActs() {
    try (StartedApplication application =
        StartedApplication.start(backendAnd("msgvault.embed.job.interval=1h"))) {
      application.awaitComplete();
      application.store("the fan in the rack rattles");
      assertThat(application.post("msgvaultembed/run").body()).isEqualTo("{\"begins\":\"soon\"}");
      application.awaitComplete();
      EmbedJob job = application.bean(EmbedJob.class);
      int runs = job.status().runs().size();
      assertThat(application.post("msgvaultembed/backstop").statusCode()).isEqualTo(200);
      StartedApplication.await(() -> job.status().runs().size() > runs);
      assertThat(application.post("msgvaultembed/retry-rejected").body())
          .isEqualTo("{\"retried\":0}");
      long generation = job.status().active().orElseThrow().generation().id();
      assertThat(application.post("msgvaultembed/rebuild").statusCode()).isEqualTo(200);
      StartedApplication.await(
          () -> job.status().active().orElseThrow().generation().id() > generation);
      assertThat(application.post("msgvaultembed/give-up-rebuild").body())
          .isEqualTo("{\"givenUp\":false}");
      assertThat(application.post("msgvaultembed/other").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void endpointWithoutRunsRefusesThem() {
    try (StartedApplication application =
        StartedApplication.start(backendAnd("msgvault.embed.job.enabled=false"))) {
      assertThat(application.post("msgvaultembed/run").statusCode()).isEqualTo(400);
      assertThat(application.get("msgvaultembed").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void healthIsUpWhileTheIndexIsBeingBuilt() {
    // The message is there first, since a run over no message completes its generation.
    try (StartedApplication before =
        StartedApplication.start(backendAnd("msgvault.embed.job.enabled=false"))) {
      before.store("the fan in the rack rattles");
    }
    try (StartedApplication application = StartedApplication.start(backendAnd("test.delay=1m"))) {
      StartedApplication.await(
          () -> application.get("health").body().contains("\"index\":\"being built\""));
      assertThat(application.get("health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void runEndsBeforeTheStoresAndThePoolClose() {
    EVENTS.clear();
    try (StartedApplication application =
        StartedApplication.start(List.of(Recording.class), backendAnd("test.delay=100ms"))) {
      application.store(
          IntStream.range(0, 100).mapToObj(i -> "the tide table " + i).toArray(String[]::new));
      StartedApplication.await(() -> EVENTS.contains("progress"));
    }
    assertThat(EVENTS).contains("run ended as CLOSED");
    assertThat(EVENTS.indexOf("run ended as CLOSED"))
        .isLessThan(EVENTS.indexOf("MessageStore destroyed"));
    assertThat(EVENTS.indexOf("run ended as CLOSED"))
        .isLessThan(EVENTS.indexOf("VectorStore destroyed"));
    afterClosing();
  }

  /** Checks what a backend destroys besides its stores. */
  void afterClosing() {}

  /** Records what ends and in which order. */
  @Configuration(proxyBeanMethods = false)
  static class Recording {
    @Bean
    JobListener recordingListener() {
      return event -> {
        if (event instanceof JobEvent.Progress) {
          EVENTS.add("progress");
        } else if (event instanceof JobEvent.RunEnded ended
            && ended.outcome() instanceof RunOutcome.Cancelled cancelled
            && cancelled.reason() == StopReason.CLOSED) {
          EVENTS.add("run ended as CLOSED");
        }
      };
    }

    @Bean
    static DestructionAwareBeanPostProcessor recordingProcessor() {
      return new DestructionAwareBeanPostProcessor() {
        @Override
        public void postProcessBeforeDestruction(Object bean, String beanName) {
          if (bean instanceof MessageStore) {
            EVENTS.add("MessageStore destroyed");
          } else if (bean instanceof io.msgvault.embed.store.VectorStore) {
            EVENTS.add("VectorStore destroyed");
          } else if (bean instanceof javax.sql.DataSource) {
            EVENTS.add("DataSource destroyed");
          }
        }
      };
    }
  }
}
