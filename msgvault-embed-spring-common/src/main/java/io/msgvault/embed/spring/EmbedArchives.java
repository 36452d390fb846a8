package io.msgvault.embed.spring;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;

/**
 * The archives of {@code msgvault.embed.archives.*}, by name. Each has the beans of a single
 * archive in a context of its own, whose parent is the application's: stores, words, job, runs and
 * searcher.
 *
 * <p>Runs begin when the application is ready. They end, and the stores close, before anything else
 * of the application stops.
 *
 * <p>Safe for use by many threads.
 */
public final class EmbedArchives
    implements SmartLifecycle, ApplicationListener<ApplicationReadyEvent>, AutoCloseable {
  private final Map<String, ConfigurableApplicationContext> contexts;
  private volatile boolean running;

  /** Creates it over a context for each archive, which it closes. */
  public EmbedArchives(Map<String, ConfigurableApplicationContext> contexts) {
    this.contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
  }

  /** Returns the names of the archives, in the order of their properties. */
  public Set<String> names() {
    return contexts.keySet();
  }

  /**
   * Returns the job of an archive, for its status and for what an operator asks for.
   *
   * @throws IllegalArgumentException if there is no archive of this name
   */
  public EmbedJob job(String archive) {
    return context(archive).getBean(EmbedJob.class);
  }

  /**
   * Returns the searcher over one archive alone.
   *
   * @throws IllegalArgumentException if there is no archive of this name
   */
  public Searcher searcher(String archive) {
    return context(archive).getBean(Searcher.class);
  }

  /**
   * Returns the runs of an archive; empty if this application does not run the jobs.
   *
   * @throws IllegalArgumentException if there is no archive of this name
   */
  public Optional<EmbedRuns> runs(String archive) {
    return Optional.ofNullable(context(archive).getBeanProvider(EmbedRuns.class).getIfAvailable());
  }

  /** Returns a probe of the stores of all archives. */
  public StoreProbe probe() {
    Map<String, StoreProbe> probes = new LinkedHashMap<>();
    contexts.forEach(
        (name, context) ->
            probes.put(
                name,
                new StoreProbe(
                    context.getBean(MessageStore.class),
                    context.getBean(VectorStore.class),
                    Optional.ofNullable(
                        context.getBeanProvider(WordIndex.class).getIfAvailable()))));
    return StoreProbe.ofAll(probes);
  }

  private ConfigurableApplicationContext context(String archive) {
    ConfigurableApplicationContext context = contexts.get(archive);
    if (context == null) {
      throw new IllegalArgumentException(
          "there is no archive " + archive + ", but " + String.join(", ", names()));
    }
    return context;
  }

  // Life cycle

  /** Tells the listeners of the archives. Their own contexts would tell the application's, too. */
  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    for (ConfigurableApplicationContext context : contexts.values()) {
      context
          .getBean(
              AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME,
              ApplicationEventMulticaster.class)
          .multicastEvent(event);
    }
  }

  @Override
  public void start() {
    running = true;
  }

  /** Ends all runs at once, each within a batch. */
  @Override
  public void stop() {
    names().stream().toList().parallelStream()
        .forEach(archive -> runs(archive).ifPresent(EmbedRuns::stop));
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Lets runs go on while the context is paused (Spring 7), since stopping them is for good. */
  public boolean isPauseable() {
    return false;
  }

  /** Closes the stores. */
  @Override
  public void close() {
    contexts.values().forEach(ConfigurableApplicationContext::close);
  }
}
