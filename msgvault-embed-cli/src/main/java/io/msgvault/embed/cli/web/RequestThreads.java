package io.msgvault.embed.cli.web;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Makes the threads that answer requests: virtual ones where there are some, from Java 21 on. */
final class RequestThreads {
  private RequestThreads() {}

  static ExecutorService create() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      return Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "request");
            thread.setDaemon(true);
            return thread;
          });
    }
  }
}
