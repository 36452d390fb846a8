package io.msgvault.embed.pgvector.internal.index;

import com.pgvector.PGvector;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.support.VectorMath;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Searches one generation. A search ranks messages by the best of all their chunks, in full
 * precision. The index only proposes which messages to rank.
 */
public final class VectorSearch {
  private static final int PROPOSALS_PER_HIT = 4;

  private final Database.Session session;
  private final SearchDao dao;
  private final Generation generation;
  private final PGvector query;
  private final int k;

  public VectorSearch(Database.Session session, Generation generation, float[] query, int k) {
    this.session = session;
    this.dao = session.dao(SearchDao.class);
    this.generation = generation;
    this.query = new PGvector(VectorMath.normalize(query));
    this.k = k;
  }

  /** An index, by the type that it is made of, with the size of its table. */
  record SearchableIndex(String precision, long bytes) {}

  /**
   * Asks the index, if there is one, for more proposals until there are enough messages.
   *
   * @param exactUpTo the size of the table, in bytes, up to which it compares with every vector
   */
  public List<VectorHit> search(long exactUpTo) {
    int dimension = generation.fingerprint().dimension();
    Optional<SearchableIndex> index =
        dao.index(
            generation.id(), session.sql("{schema}.embed_chunks_" + generation.id()), exactUpTo);
    if (index.isPresent()) {
      long vectors = index.get().bytes / ((long) Float.BYTES * dimension); // at least as many
      session.execute(HnswIndex.searchSettings(vectors));
      for (long proposals = Math.max(HnswIndex.minProposals(vectors), (long) PROPOSALS_PER_HIT * k);
          proposals < vectors;
          proposals *= PROPOSALS_PER_HIT) {
        List<VectorHit> hits =
            dao.searchProposed(
                generation.id(), index.get().precision, dimension, query, k, proposals);
        if (hits.size() == k) {
          return hits;
        }
      }
    }
    return dao.searchAll(generation.id(), query, k);
  }

  /** Compares with every vector of these messages. */
  public List<VectorHit> searchExactly(Collection<Long> messageIds) {
    return dao.searchIds(generation.id(), query, k, messageIds);
  }
}
