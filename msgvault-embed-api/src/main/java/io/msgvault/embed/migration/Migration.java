package io.msgvault.embed.migration;

import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import java.util.Objects;
import java.util.Optional;

/**
 * What there is of an index from before this library kept it, to be taken over without embedding
 * anything again: vectors, and perhaps the work queue that kept them.
 *
 * <pre>{@code
 * Takeover takeover =
 *     Takeover.of(FormerVectors.of("mail_vectors", "mail_id", "embedding", job.fingerprint()))
 *         .with(FormerQueue.of("pending_embeddings", "mail_id"));
 * TakeoverOutcome outcome = messages.takeOver(vectors, takeover); // does nothing once it is done
 * if (!(outcome instanceof TakeoverOutcome.Busy)) {
 *   job.runOnce(); // embeds what was pending or missing
 * }
 * }</pre>
 *
 * <p>It is done once for an archive: the messages that have vectors of the index are stamped
 * EMBEDDED, but for those that wait in the queue; these stamps and the mark in the archive's ledger
 * that says so commit in one transaction. Only then the queue's table is dropped. Killed at any
 * point, the next call goes on from there to the same end. Until it has ended no job may run over
 * the archive, since that would embed everything again: where the outcome is {@link
 * MigrationOutcome.Busy}, ask again before each run.
 *
 * <p>It claims no more than the host vouches for. A message is stamped only at the revision that
 * its vectors carry; imported ones carry the revision that the message had when the takeover first
 * began. So whatever is written from then on is embedded anew, in a queue or not; what was written
 * before and is not embedded must be in the queue. The worker of the queue must have stopped; the
 * host's writers need not. Of imported vectors it is neither known which text they were made of, so
 * that none is kept for a text that comes back, nor where their chunks stand, so that a hit shows
 * no passage, until the message is embedded again.
 *
 * @param vectors the host's own vectors, which become the ACTIVE generation of an index that has
 *     none; without them, the ACTIVE generation that there is, is taken over
 * @param queue the work queue, if there was one
 */
public record Migration(Optional<LegacyVectors> vectors, Optional<LegacyQueue> queue) {
  /**
   * Checks that the two go together.
   *
   * @throws IllegalArgumentException if vectors are imported and the queue's generation is not said
   */
  public Migration {
    Objects.requireNonNull(vectors, "vectors");
    if (vectors.isPresent()
        && queue.isPresent()
        && queue.get().generationColumn().isPresent()
        && queue.get().generation().isEmpty()) {
      throw new IllegalArgumentException(
          "say which generation of the queue the imported vectors are: byGeneration(column, id)");
    }
  }

  /** Takes over the ACTIVE generation of the vector store, whose messages lack their stamps. */
  public static Migration ofActiveGeneration() {
    return new Migration(Optional.empty(), Optional.empty());
  }

  /** Imports vectors from a host's own table. */
  public static Migration of(LegacyVectors vectors) {
    return new Migration(Optional.of(vectors), Optional.empty());
  }

  /** This, with a work queue. */
  public Migration queue(LegacyQueue queue) {
    return new Migration(vectors, Optional.of(queue));
  }

  /**
   * Takes over; hosts call it through their backend's message store. While it works it holds the
   * generation's lease, so that no run gets in between. It needs the time to read all vectors twice
   * and to write them once; the stamps of the whole archive are one transaction, for which writers
   * of an SQLite archive wait.
   *
   * @param legacy the backend's side, made for this declaration and the archive of {@code messages}
   * @throws MalformedVectorsException if vectors do not fit the declared fingerprint
   * @throws io.msgvault.embed.model.GenerationStateException if a generation of another fingerprint
   *     serves, which an import would replace
   * @throws io.msgvault.embed.model.GenerationConflictException if one is being built
   * @throws io.msgvault.embed.model.ArchiveMismatchException if the vector store belongs to another
   *     archive
   */
  public MigrationOutcome run(MessageStore messages, VectorStore index, LegacyIndex legacy) {
    return new MigrationRun(this, messages, index, legacy).run();
  }
}
