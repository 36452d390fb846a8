package io.msgvault.embed.migration;

import io.msgvault.embed.migration.MigrationOutcome.AlreadyDone;
import io.msgvault.embed.migration.MigrationOutcome.Busy;
import io.msgvault.embed.migration.MigrationOutcome.Migrated;
import io.msgvault.embed.migration.MigrationOutcome.NothingFound;
import io.msgvault.embed.model.EmbedException;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.InvalidVectorException;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.support.VectorMath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one call of a {@link Migration}. It derives its progress from the data, so a call that
 * follows a kill continues without further state:
 *
 * <ol>
 *   <li>vectors are copied into a BUILDING generation, by ascending ids;
 *   <li>the generation becomes ACTIVE when all are there;
 *   <li>its messages are stamped once it is ACTIVE, by ascending ids and in short transactions, for
 *       which no writer waits long;
 *   <li>the queue is dropped once the ledger says that everything is stamped.
 * </ol>
 *
 * <p>All vectors are read and checked before a generation is created, so that one that does not fit
 * leaves no trace (TO-5).
 *
 * <p>The ledger says that the migration has begun before vectors are read, and again once the lease
 * is held: meanwhile another call may have ended without a result and withdrawn the mark. The mark
 * blocks runs (TO-10). It outlives a kill and any failure that a further call may get over.
 */
final class MigrationRun {
  private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

  /** The maximum number of listed messages that are held at once. */
  private static final int ID_PAGE = 1000;

  /** The number of messages that are stamped in one transaction. */
  private static final int STAMP_PAGE = 256;

  /** Bounds one page of the copy, which needs only the ids and revisions of the messages. */
  private static final ScanLimits COPY_PAGE = new ScanLimits(128, Integer.MAX_VALUE, 1);

  private static final long[] NONE = {};
  private static final OptionalLong NO_QUEUE = OptionalLong.empty();

  private final Migration migration;
  private final MessageStore messages;
  private final VectorStore index;
  private final LegacyIndex legacy;

  MigrationRun(Migration migration, MessageStore messages, VectorStore index, LegacyIndex legacy) {
    this.migration = migration;
    this.messages = messages;
    this.index = index;
    this.legacy = legacy;
  }

  MigrationOutcome run() {
    if (alreadyDone()) {
      return new AlreadyDone();
    }
    index.bind(messages.archiveId());
    if (migration.vectors().isEmpty()) {
      return index
          .active()
          .map(this::migrate)
          .orElseGet(
              () ->
                  nothingFound(
                      "no generation serves searches: check that the vectors are those of this"
                          + " archive, or import a table of vectors"));
    }
    LegacyVectors imported = migration.vectors().get();
    if (!legacy.hasVectors()) {
      String missing =
          "there is no table "
              + imported.table()
              + " in the archive's database, or in the file that was named: ";
      if (legacy.stage() == LegacyIndex.Stage.BEGUN) {
        throw new StoreException(
            missing
                + "a migration has begun with it; put it back and migrate again, or give the"
                + " migration up with giveUpMigration() of the message store");
      }
      return new NothingFound(missing + "check the names");
    }
    return generationOf(imported)
        .map(this::migrate)
        .orElseGet(
            () ->
                nothingFound(
                    "the table "
                        + imported.table()
                        + " has no vector of a message that does not wait: check that its ids are"
                        + " those of the messages, as integers"));
  }

  private NothingFound nothingFound(String reason) {
    if (legacy.stage() == LegacyIndex.Stage.BEGUN) {
      legacy.withdraw();
    }
    return new NothingFound(reason);
  }

  private boolean alreadyDone() {
    LegacyIndex.Stage stage = legacy.stage();
    if (stage == LegacyIndex.Stage.STAMPED) {
      legacy.finish();
    }
    return stage.isStamped();
  }

  /** Returns the generation that the vectors become or became; empty if there are none. */
  private Optional<Generation> generationOf(LegacyVectors legacyVectors) {
    Fingerprint fingerprint = legacyVectors.fingerprint();
    Optional<Generation> active = index.active();
    if (active.isPresent()) {
      requireSame(active.get(), fingerprint);
      return active;
    }
    Optional<Generation> building = index.building();
    long id = building.map(Generation::id).orElseGet(this::reserveGenerationId);
    try {
      if (building.isEmpty() && forEachPage(legacyVectors, id, 0, checked -> {}) == 0) {
        return Optional.empty();
      }
      Generation created = index.create(fingerprint, id);
      if (index.active().isEmpty()) {
        return Optional.of(created);
      }
      // Another process was faster and has finished the import.
      index.retire(created.id());
    } catch (IllegalArgumentException e) {
      // Another process has created a generation with this id or a later one, and has activated it.
      if (index.generations().stream().noneMatch(later -> later.id() >= id)) {
        throw e;
      }
    } catch (MalformedVectorsException | GenerationConflictException e) {
      if (building.isEmpty()) {
        withdraw(e);
      }
      throw e;
    }
    return generationOf(legacyVectors);
  }

  private long reserveGenerationId() {
    return messages.reserveGenerationId(
        index.generations().stream().mapToLong(Generation::id).max().orElse(0));
  }

  /** Withdraws what this call has begun, since it ends without having imported anything. */
  private void withdraw(EmbedException reason) {
    try {
      legacy.withdraw();
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  private static void requireSame(Generation active, Fingerprint fingerprint) {
    if (!active.fingerprint().equals(fingerprint)) {
      throw new GenerationStateException(
          active.id(),
          active.state(),
          "it serves as ["
              + active.fingerprint()
              + "], and vectors of ["
              + fingerprint
              + "] are not imported over it; retire it first if they should replace it");
    }
  }

  private MigrationOutcome migrate(Generation generation) {
    Optional<Lease> taken = index.lease(generation.id());
    if (taken.isEmpty()) {
      return new Busy(generation.id());
    }
    try (Lease lease = taken.get()) {
      if (alreadyDone()) {
        return new AlreadyDone();
      }
      legacy.begin();
      return migrate(generation.id(), lease);
    }
  }

  private MigrationOutcome migrate(long id, Lease lease) {
    if (index
        .generation(id)
        .map(Generation::state)
        .equals(Optional.of(Generation.State.BUILDING))) {
      copy(migration.vectors().orElseThrow(), id, lease);
      index.activate(id, CoverageCheck.NONE);
    }
    Generation serving =
        index
            .active()
            .filter(active -> active.id() == id)
            .orElseThrow(
                () ->
                    new GenerationStateException(
                        id,
                        Generation.State.RETIRED,
                        "it was retired during the migration; migrate again"));
    Optional<long[]> pending = legacy.pendingIds(id);
    stamp(serving, pending.orElse(NONE), lease);
    long embedded = messages.coverage(id, serving.fingerprint().scope()).embedded();
    requireHeld(lease);
    legacy.markStamped();
    legacy.finish();
    LOG.info("migrated generation {}: {} messages need not be embedded again", id, embedded);
    return new Migrated(
        id, embedded, pending.isPresent() ? OptionalLong.of(pending.get().length) : NO_QUEUE);
  }

  /** Stamps all messages that have vectors and do not wait. */
  private void stamp(Generation serving, long[] pending, Lease lease) {
    long after = 0;
    List<MessageRevision> page = index.messageIds(serving.id(), after, STAMP_PAGE);
    while (!page.isEmpty()) {
      List<MessageRevision> ready =
          page.stream()
              .filter(message -> Arrays.binarySearch(pending, message.messageId()) < 0)
              .toList();
      if (!ready.isEmpty()) {
        requireHeld(lease);
        legacy.stamp(serving, ready);
      }
      after = page.get(page.size() - 1).messageId();
      page = index.messageIds(serving.id(), after, STAMP_PAGE);
    }
  }

  /** Copies the vectors that are not there yet. */
  private void copy(LegacyVectors legacyVectors, long id, Lease lease) {
    forEachPage(
        legacyVectors,
        id,
        lastCopied(id),
        page -> {
          requireHeld(lease);
          index.upsert(id, page);
        });
  }

  private long lastCopied(long id) {
    long last = 0;
    List<MessageRevision> page = index.messageIds(id, last, ID_PAGE);
    while (!page.isEmpty()) {
      last = page.get(page.size() - 1).messageId();
      page = index.messageIds(id, last, ID_PAGE);
    }
    return last;
  }

  /**
   * Reads and checks the vectors of those messages that can be stamped with them.
   *
   * @return the number of these messages
   */
  private long forEachPage(
      LegacyVectors legacyVectors,
      long generation,
      long afterId,
      Consumer<List<MessageVectors>> sink) {
    long latest = legacy.begin();
    long[] pending = legacy.pendingIds(generation).orElse(NONE);
    long after = afterId;
    long count = 0;
    List<Message> page = scan(legacyVectors, generation, after);
    while (!page.isEmpty()) {
      Map<Long, Long> revisions = new LinkedHashMap<>();
      for (Message message : page) {
        if (message.revision() <= latest && Arrays.binarySearch(pending, message.id()) < 0) {
          revisions.put(message.id(), message.revision());
        }
      }
      Map<Long, List<float[]>> found = legacy.vectors(revisions.keySet());
      List<MessageVectors> vectors = new ArrayList<>(found.size());
      revisions.forEach(
          (id, revision) -> {
            if (found.containsKey(id)) {
              vectors.add(requireValid(legacyVectors, id, revision, found.get(id)));
            }
          });
      sink.accept(vectors);
      count += vectors.size();
      after = page.get(page.size() - 1).id();
      page = scan(legacyVectors, generation, after);
    }
    return count;
  }

  private List<Message> scan(LegacyVectors legacyVectors, long generation, long after) {
    return messages.scan(generation, legacyVectors.fingerprint().scope(), after, COPY_PAGE);
  }

  private static MessageVectors requireValid(
      LegacyVectors legacyVectors, long id, long revision, List<float[]> vectors) {
    List<ChunkVector> chunks = new ArrayList<>(vectors.size());
    for (float[] vector : vectors) {
      try {
        VectorMath.requireValid("message " + id, vector, legacyVectors.fingerprint().dimension());
      } catch (InvalidVectorException e) {
        throw new MalformedVectorsException(id, legacyVectors.table(), e);
      }
      chunks.add(ChunkVector.withoutOffsets(vector));
    }
    return MessageVectors.withoutTextDigest(id, revision, chunks);
  }

  private static void requireHeld(Lease lease) {
    if (!lease.isHeld()) {
      throw new StoreException(
          "the generation's lease was lost, as with a broken connection: migrate again");
    }
  }
}
