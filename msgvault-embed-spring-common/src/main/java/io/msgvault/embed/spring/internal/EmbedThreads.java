package io.msgvault.embed.spring.internal;

import org.springframework.core.env.Environment;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * The threads of the run and of its requests. It is no {@code Executor}, so that Boot's own
 * executor does not back off.
 *
 * @param executor starts a thread for each task
 */
record EmbedThreads(SimpleAsyncTaskExecutor executor) {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  /** Returns virtual threads where the host enables them, and the JDK has them. */
  static EmbedThreads of(Environment environment) {
    SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("msgvault-embed-");
    executor.setDaemon(true);
    executor.setVirtualThreads(
        environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false)
            && Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS);
    return new EmbedThreads(executor);
  }
}
