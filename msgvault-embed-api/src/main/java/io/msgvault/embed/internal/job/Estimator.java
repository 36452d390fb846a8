package io.msgvault.embed.internal.job;

import io.msgvault.embed.Estimate;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.text.Chunk;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextDigest;
import io.msgvault.embed.text.TextPreparer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads, prepares and cuts what a build would embed, a page at a time, and counts it (EJ-28). It
 * takes no lease and writes nothing.
 */
public final class Estimator {
  /** Bounds the messages whose bodies are in memory at once where nothing else bounds them. */
  private static final int PAGE = 32;

  private final JobSettings job;
  private final TextPreparer preparer;
  private final Chunker chunker;
  private final TokenMeter meter;

  private long messages;
  private long blank;
  private long reused;
  private long chunks;
  private long tokens;

  private Estimator(JobSettings job) {
    this.job = job;
    this.preparer = new TextPreparer(job.text());
    this.chunker = job.chunker();
    this.meter = new TokenMeter(job.embedder());
  }

  /** Counts what a run would embed, or a rebuild where an ordinary run is blocked. */
  public static Estimate estimate(JobSettings job, Run.Mode mode) {
    Fingerprint fingerprint = job.fingerprint();
    Target target = Target.choose(job.vectors().generations(), fingerprint, mode);
    Optional<Generation> generation =
        target instanceof Target.Fill fill
            ? Optional.of(fill.generation())
            : Target.revivable(job.vectors(), fingerprint);
    Estimator estimator = new Estimator(job);
    generation.map(Generation::id).ifPresentOrElse(estimator::readNeeded, estimator::readAll);
    return estimator.result();
  }

  private void readNeeded(long generation) {
    long after = 0;
    while (true) {
      List<Message> page = job.messages().scan(generation, job.scope(), after, job.scanLimits());
      if (page.isEmpty()) {
        return;
      }
      Map<Long, String> digests = digests(generation, page);
      page.forEach(message -> count(message, Optional.ofNullable(digests.get(message.id()))));
      after = page.get(page.size() - 1).id();
    }
  }

  /** Counts everything, as for a generation that is built from nothing. */
  private void readAll() {
    long after = 0;
    while (true) {
      List<MessageRevision> page = job.messages().live(job.scope(), after, PAGE);
      if (page.isEmpty()) {
        return;
      }
      List<Long> ids = page.stream().map(MessageRevision::messageId).toList();
      job.messages()
          .find(ids, job.text().maxBodyCharacters())
          .forEach(message -> count(message, Optional.empty()));
      after = ids.get(ids.size() - 1);
    }
  }

  private Map<Long, String> digests(long generation, List<Message> page) {
    return job.vectors().vectors(generation, page.stream().map(Message::id).toList()).stream()
        .filter(MessageVectors::hasTextDigest)
        .collect(Collectors.toMap(MessageVectors::messageId, MessageVectors::textDigest));
  }

  private void count(Message message, Optional<String> storedDigest) {
    String text = preparer.prepare(message.subject(), message.text(), message.html());
    if (storedDigest.isPresent() && storedDigest.get().equals(TextDigest.of(text))) {
      reused++;
      return;
    }
    List<Chunk> found = chunker.chunk(text);
    if (found.isEmpty()) {
      blank++;
      return;
    }
    messages++;
    chunks += found.size();
    tokens += found.stream().mapToLong(chunk -> meter.count(chunk.of(text))).sum();
  }

  private Estimate result() {
    int batch = job.embedder().batchSize();
    return new Estimate(
        messages, blank, reused, chunks, (chunks + batch - 1) / batch, tokens, meter.source());
  }
}
