package io.msgvault.embed.pgvector.internal.index;

import com.pgvector.PGvector;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.db.ClosableDatabase;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.PgErrors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.support.VectorMath;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Searches generations. A search ranks messages by the best of all their chunks, in full precision.
 * The index only proposes which messages to rank.
 *
 * <p>It remembers what an index is like. So the usual search is one query, which also checks that
 * the index still is like that. If it is not, or there are too few hits, the search begins anew.
 */
public final class VectorSearch {
  private static final int PROPOSALS_PER_HIT = 4;
  private static final int MIN_PROPOSALS = 40;

  private final ClosableDatabase database;
  private final long exactUpTo;
  private final Map<Long, SearchedIndex> known = new ConcurrentHashMap<>();

  /**
   * Searches the generations of a database.
   *
   * @param exactUpTo the size of a table, in bytes, up to which a search compares with every vector
   */
  public VectorSearch(ClosableDatabase database, long exactUpTo) {
    this.database = database;
    this.exactUpTo = exactUpTo;
  }

  /** Returns the best messages of a generation. */
  public List<VectorHit> search(long generation, float[] query, int k) {
    return explained(
        generation,
        () -> {
          SearchedIndex index = known.get(generation);
          if (index != null
              && k > 0
              && query.length == index.dimension()
              && VectorMath.hasDirection(query)) {
            List<VectorHit> hits = propose(generation, index, query, k, proposals(index, k));
            if (hits.size() == k) {
              return hits;
            }
          }
          return searchAnew(generation, query, k);
        });
  }

  /** Compares with every vector of these messages. */
  public List<VectorHit> searchExactly(
      long generation, float[] query, int k, Collection<Long> messageIds) {
    return explained(
        generation,
        () ->
            database.read(
                session ->
                    compare(
                        session,
                        generation,
                        query,
                        k,
                        (dao, vector) -> dao.searchIds(generation, vector, k, messageIds))));
  }

  private List<VectorHit> searchAnew(long generation, float[] query, int k) {
    Optional<SearchedIndex> index = database.read(session -> look(session, generation, query, k));
    if (index.isPresent()) {
      known.put(generation, index.get());
      for (long proposals = proposals(index.get(), k);
          proposals < index.get().vectors();
          proposals *= PROPOSALS_PER_HIT) {
        List<VectorHit> hits = propose(generation, index.get(), query, k, proposals);
        if (hits.size() == k) {
          return hits;
        }
      }
    }
    return database.read(
        session ->
            compare(
                session,
                generation,
                query,
                k,
                (dao, vector) -> dao.searchAll(generation, vector, k)));
  }

  /** Finds the index of a generation, if it is larger than a search compares with whole. */
  private Optional<SearchedIndex> look(
      Database.Session session, long generation, float[] query, int k) {
    requireValid(session, generation, query, k);
    return session.dao(SearchDao.class).index(generation, table(session, generation), exactUpTo);
  }

  /** Returns how many chunks the index is asked for at first. */
  private static long proposals(SearchedIndex index, int k) {
    long wanted = Math.max(MIN_PROPOSALS, (long) PROPOSALS_PER_HIT * k);
    long candidates = index.candidates();
    return candidates > SearchedIndex.MAX_CANDIDATES ? Math.max(wanted, candidates) : wanted;
  }

  /** Ranks the messages that the index proposes; finds none if the index has changed. */
  private List<VectorHit> propose(
      long generation, SearchedIndex index, float[] query, int k, long proposals) {
    return database
        .open()
        .read(
            index.searchSettings(),
            session ->
                session
                    .dao(SearchDao.class)
                    .searchProposed(
                        generation,
                        table(session, generation),
                        index.precision(),
                        index.dimension(),
                        exactUpTo,
                        index.validUpTo(),
                        vector(query),
                        k,
                        proposals));
  }

  private static List<VectorHit> compare(
      Database.Session session,
      long generation,
      float[] query,
      int k,
      BiFunction<SearchDao, PGvector, List<VectorHit>> statement) {
    requireValid(session, generation, query, k);
    List<VectorHit> hits = statement.apply(session.dao(SearchDao.class), vector(query));
    if (hits.size() < k) {
      Generations.requireSearchable(session, generation); // still, or its vectors may be gone
    }
    return hits;
  }

  private static void requireValid(
      Database.Session session, long generation, float[] query, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("a search must ask for at least 1 hit, not " + k);
    }
    Generation known = Generations.requireSearchable(session, generation);
    VectorMath.requireValid("the query", query, known.fingerprint().dimension());
  }

  private static String table(Database.Session session, long generation) {
    return session.sql("{schema}.embed_chunks_" + generation);
  }

  private static PGvector vector(float[] query) {
    return new PGvector(VectorMath.normalize(query));
  }

  /** Tells of a generation that was dropped between two statements. */
  private <T> T explained(long generation, Supplier<T> search) {
    try {
      return search.get();
    } catch (StoreException e) {
      if (PgErrors.isMissingTable(e)) {
        known.remove(generation);
        database.read(session -> Generations.requireSearchable(session, generation));
      }
      throw e;
    }
  }
}
