package io.msgvault.embed.cli.reading;

import io.msgvault.embed.cli.output.Json;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the map of an archive, and makes it anew in a thread of its own when the index has changed.
 * Until the next map is there, the former one is served. While a build runs, a map is made again no
 * sooner than {@link #MIN_AGE} after the one before.
 *
 * <p>Safe for use by many threads.
 */
public final class CachedMap implements AutoCloseable {
  private static final Duration MIN_AGE = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ArchiveReader reader;
  private final Clock clock;
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "map");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable Made made;
  private boolean making;
  private @Nullable RuntimeException failure;
  private volatile double progress;

  private record Version(long generation, IndexSize size) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared, and large
  private record Made(Version version, byte[] json, Instant at) {}

  /** Creates a map that is made when it is first asked for. */
  public CachedMap(ArchiveReader reader, Clock clock) {
    this.reader = reader;
    this.clock = clock;
  }

  /**
   * Returns the map as JSON, or a JSON object that says how far the first one is.
   *
   * @throws RuntimeException if the last attempt failed; the next call makes another one
   */
  public byte[] json() {
    Optional<Generation> generation = reader.generation();
    if (generation.isEmpty()) {
      return state("empty");
    }
    long id = generation.get().id();
    return json(new Version(id, reader.backend().vectors().size(id)));
  }

  private synchronized byte[] json(Version version) {
    if (failure != null) {
      RuntimeException last = failure;
      failure = null;
      throw last;
    }
    Made last = made;
    if (!making && (last == null || isOutdated(last, version))) {
      making = true;
      progress = 0;
      executor.execute(() -> make(version));
    }
    return last == null ? state("making") : last.json;
  }

  private boolean isOutdated(Made last, Version version) {
    return !last.version.equals(version) && last.at.plus(MIN_AGE).isBefore(clock.instant());
  }

  private void make(Version version) {
    try {
      byte[] json = ArchiveMap.json(reader, version.generation, done -> progress = done);
      synchronized (this) {
        made = new Made(version, json, clock.instant());
        making = false;
      }
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = e;
        making = false;
      }
    }
  }

  private byte[] state(String name) {
    return Json.bytes(
        json -> {
          json.writeStartObject();
          json.writeStringField("state", name);
          json.writeNumberField("progress", progress);
          json.writeEndObject();
        });
  }

  /** Waits a little for the work that is under way, which the archive must outlive. */
  @Override
  public void close() {
    executor.shutdownNow();
    try {
      executor.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
