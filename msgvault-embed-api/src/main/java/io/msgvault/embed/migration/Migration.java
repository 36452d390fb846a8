package io.msgvault.embed.migration;

import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import java.util.Objects;
import java.util.Optional;

/**
 * Declares an index from before this library kept it, to be used without embedding anything again.
 * It names the vectors, and the work queue if there was one. See rules TO-1 to TO-10 in {@code
 * docs/contract.md}.
 *
 * <pre>{@code
 * Migration migration =
 *     Migration.of(LegacyVectors.of("mail_vectors", "mail_id", "embedding", job.fingerprint()))
 *         .withQueue(LegacyQueue.of("pending_embeddings", "mail_id"));
 * MigrationOutcome outcome = messages.migrate(vectors, migration); // does nothing the second time
 * if (!(outcome instanceof MigrationOutcome.Busy)) {
 *   job.runOnce(); // embeds the messages that waited or had no vectors
 * }
 * }</pre>
 *
 * <p>A migration is done once for an archive. It stamps EMBEDDED the messages that have vectors of
 * the index and do not wait in the queue. Once everything is stamped, the archive's ledger says so.
 * Only then is the queue's table dropped. After a kill at any point, the next call continues to the
 * same end.
 *
 * <p>A run in between would embed everything again. So the archive's ledger says that a migration
 * has begun, and every run that has work is {@linkplain
 * io.msgvault.embed.RunOutcome.Blocked.Obstacle#MIGRATION_UNFINISHED blocked} until it is done or
 * given up (TO-10). The backend's message store gives it up with {@code giveUpMigration()}. After
 * {@link MigrationOutcome.Busy}, call again before each run.
 *
 * <p>A message is stamped only at the revision that its vectors carry. Imported vectors carry the
 * revision that the message had when the migration first began. So a text that is written later is
 * embedded again, in a queue or not. A text that was written before and is not embedded must be in
 * the queue. The worker of the queue must have stopped; the host's writers need not.
 *
 * <p>The text that imported vectors were made of is not known, and neither is the place of their
 * chunks. So no vector is kept for a text that comes back, and a hit shows no passage, until the
 * message is embedded again.
 *
 * @param vectors the host's own vectors, which become the ACTIVE generation of an index that has
 *     none. Without them, the ACTIVE generation of the vector store is migrated
 * @param queue the work queue, if there was one
 */
public record Migration(Optional<LegacyVectors> vectors, Optional<LegacyQueue> queue) {
  /**
   * Checks that the two go together.
   *
   * @throws IllegalArgumentException if vectors are imported and the queue has an unknown
   *     generation
   */
  public Migration {
    Objects.requireNonNull(vectors, "vectors");
    if (vectors.isPresent()
        && queue.isPresent()
        && queue.get().generationColumn().isPresent()
        && queue.get().generation().isEmpty()) {
      throw new IllegalArgumentException(
          "name the generation of the queue that the imported vectors belong to:"
              + " withGenerationColumn(column, id)");
    }
  }

  /**
   * Returns a migration of the vector store's ACTIVE generation, whose messages lack their stamps.
   */
  public static Migration ofActiveGeneration() {
    return new Migration(Optional.empty(), Optional.empty());
  }

  /** Returns a migration that imports vectors from a host's own table. */
  public static Migration of(LegacyVectors vectors) {
    return new Migration(Optional.of(vectors), Optional.empty());
  }

  /** Returns this migration, with a work queue. */
  public Migration withQueue(LegacyQueue queue) {
    return new Migration(vectors, Optional.of(queue));
  }

  /**
   * Runs the migration. Hosts call it through their backend's message store. It holds the
   * generation's lease, so that no run works at the same time. It reads all vectors twice and
   * writes them once. It stamps a few hundred messages in each transaction.
   *
   * @param legacy the backend's tables, made for this declaration and the archive of {@code
   *     messages}
   * @throws MalformedVectorsException if vectors do not fit the declared fingerprint
   * @throws io.msgvault.embed.model.StoreException if the storage failed, or the table of vectors
   *     is gone since the migration began; runs stay blocked, and a further call goes on
   * @throws io.msgvault.embed.model.GenerationStateException if a generation of another fingerprint
   *     serves, which an import would replace (TO-9)
   * @throws io.msgvault.embed.model.GenerationConflictException if one is being built
   * @throws io.msgvault.embed.model.ArchiveMismatchException if the vector store belongs to another
   *     archive
   */
  public MigrationOutcome run(MessageStore messages, VectorStore index, LegacyIndex legacy) {
    return new MigrationRun(this, messages, index, legacy).run();
  }
}
