package io.msgvault.embed.pgvector.internal.index;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgValues;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.store.support.GenerationLifecycle;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Changes the life cycle of generations, with the partitions that belong to them. {@link
 * GenerationLifecycle} has the conditions of each change.
 */
public final class Generations {
  private static final List<String> PARTITIONED = List.of("embed_messages", "embed_chunks");

  private Generations() {}

  private static GenerationDao dao(Database.Session session) {
    return session.dao(GenerationDao.class);
  }

  /** Returns the archive that the index belongs to. */
  public static Optional<UUID> archive(Database.Session session) {
    return dao(session).archive();
  }

  /** Binds the index to an archive, unless it is bound; returns the archive it belongs to. */
  public static UUID bind(Database.Session session, UUID archive) {
    dao(session).bind(archive);
    return archive(session).orElseThrow();
  }

  /** Returns every generation that was ever created. */
  public static List<Generation> all(Database.Session session) {
    return dao(session).all();
  }

  /**
   * Returns a generation.
   *
   * @throws UnknownGenerationException if there is none of this id
   */
  public static Generation require(Database.Session session, long id) {
    return dao(session).find(id).orElseThrow(() -> new UnknownGenerationException(id));
  }

  /** Returns a generation that may be searched. */
  public static Generation requireSearchable(Database.Session session, long id) {
    return GenerationLifecycle.requireSearchable(require(session, id));
  }

  /** Returns a generation that may be written to; it stays so until the transaction ends. */
  public static Generation requireWritable(Database.Session session, long id) {
    return GenerationLifecycle.requireWritable(
        dao(session).findLocked(id).orElseThrow(() -> new UnknownGenerationException(id)));
  }

  /** Returns a generation that may be activated. */
  public static Generation requireBuilding(Database.Session session, long id) {
    return GenerationLifecycle.requireBuilding(require(session, id));
  }

  /** Returns the generation that is being built with a fingerprint, or creates one. */
  public static Generation create(
      Database.Session session, Fingerprint fingerprint, long id, Instant now) {
    lock(session);
    Optional<Generation> resumed = GenerationLifecycle.resumable(all(session), fingerprint, id);
    return resumed.isPresent() ? resumed.get() : insert(session, fingerprint, id, now);
  }

  private static Generation insert(
      Database.Session session, Fingerprint fingerprint, long id, Instant now) {
    HnswIndex.Precision.requireIndexable(fingerprint.dimension());
    GenerationDao dao = dao(session);
    Generation created =
        dao.insert(
            id,
            PgValues.requireStorable("the model's name", fingerprint.model()),
            fingerprint.dimension(),
            PgValues.requireStorable("the text policy", fingerprint.text()),
            fingerprint.scope().toString(),
            PgValues.floor(now));
    for (String table : PARTITIONED) {
      dao.createPartition(table, id);
      dao.attachPartition(table, id);
    }
    return created;
  }

  /**
   * Makes a generation active and retires the active one.
   *
   * @param indexedAs the type that its HNSW index is made of
   */
  public static void activate(Database.Session session, long id, String indexedAs, Instant now) {
    lock(session);
    requireBuilding(session, id);
    dao(session).retireActive(PgValues.floor(now));
    dao(session).activate(id, indexedAs, PgValues.floor(now));
  }

  /** Retires a generation that is not active. */
  public static void retire(Database.Session session, long id, Instant now) {
    lock(session);
    GenerationLifecycle.requireRetirable(require(session, id));
    dao(session).retire(id, PgValues.floor(now));
  }

  /** Retires a generation in any state. */
  public static void forceRetire(Database.Session session, long id, Instant now) {
    lock(session);
    require(session, id);
    dao(session).retire(id, PgValues.floor(now));
  }

  /** Makes a retired generation the building one again, with its vectors. */
  public static Generation revive(Database.Session session, long id) {
    lock(session);
    boolean dropped = partitions(session, id).size() < PARTITIONED.size();
    GenerationLifecycle.requireRevivable(all(session), id, dropped);
    dao(session).revive(id);
    return require(session, id);
  }

  /** Lets no other transaction change a life cycle until this one ends. */
  private static void lock(Database.Session session) {
    session.execute("LOCK TABLE {schema}.embed_generations IN SHARE ROW EXCLUSIVE MODE");
  }

  /** Returns the tables of a retired generation that are there, without their schema. */
  public static List<String> droppableTables(Database.Session session, long id) {
    GenerationLifecycle.requireRetired(require(session, id));
    return partitions(session, id);
  }

  private static List<String> partitions(Database.Session session, long id) {
    return dao(session).partitions(session.sql("{schema}"), Long.toString(id));
  }

  /** Drops a table of a generation that is still retired. */
  public static void drop(Database.Session session, long id, String table) {
    GenerationLifecycle.requireRetired(
        dao(session).findLocked(id).orElseThrow(() -> new UnknownGenerationException(id)));
    dao(session).drop(table);
  }

  public static void recordBackstop(Database.Session session, long id, Instant began) {
    if (dao(session).recordBackstop(id, PgValues.floor(began)) == 0) {
      throw new UnknownGenerationException(id);
    }
  }

  public static Watermark watermark(Database.Session session, long id) {
    return dao(session).watermark(id).orElseThrow(() -> new UnknownGenerationException(id));
  }

  /** Advances a watermark, unless it was moved since; returns whether it did. */
  public static boolean advanceWatermark(
      Database.Session session, long id, Watermark from, long to) {
    require(session, id);
    return dao(session).advanceWatermark(id, from.id(), from.epoch(), to) > 0;
  }

  /** Lowers every watermark below an id; returns the number of generations. */
  public static int lowerWatermarks(Database.Session session, long belowId) {
    return dao(session).lowerWatermarks(Math.max(1, belowId) - 1);
  }
}
