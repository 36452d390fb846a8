package io.msgvault.embed.pgvector.internal.index;

import com.pgvector.PGvector;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Measures how many candidates a search of an index must compare. That depends on the vectors: near
 * ones in clusters are found among 40, others among hundreds.
 *
 * <p>It asks the index for the ten nearest of 100 made-up questions with more and more candidates,
 * until they agree with what the most candidates find. A question lies between two stored vectors,
 * since those of real questions are not as near to a text as texts are to each other. A measurement
 * takes about as long as 1,000 searches, whatever the size of the index.
 */
final class IndexMeasurement {
  private static final int QUESTIONS = 100;
  private static final int NEAREST = 10;

  /** The part of a question that is the one vector; the rest is the other. */
  private static final float SHARE = 0.6f;

  /** The share of the nearest that must be found, more than a search states to find. */
  private static final double AGREEMENT = 0.997;

  private static final double STEP = Math.sqrt(2);

  /** A smaller index is not measured. */
  private static final long MIN_VECTORS = 2_000;

  /** The rows that the sample is taken from. */
  private static final double SAMPLED_ROWS = 10 * QUESTIONS;

  private static final String SETTINGS =
      """
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
      SET LOCAL statement_timeout = 0;
      SET LOCAL enable_seqscan = off;
      SET LOCAL hnsw.iterative_scan = off""";

  private final Database database;

  IndexMeasurement(Database database) {
    this.database = database;
  }

  /** Measures the index of a generation, unless its table has not doubled since that was done. */
  void run(HnswIndex index) {
    database.maintain(
        SETTINGS,
        session -> {
          MeasurementDao dao = session.dao(MeasurementDao.class);
          String table = session.sql("{schema}.embed_chunks_" + index.generation());
          long bytes =
              dao.bytesToMeasure(index.generation(), table, table + "_embedding").orElse(0L);
          long vectors = bytes / ((long) Float.BYTES * index.dimension());
          if (vectors >= MIN_VECTORS) {
            dao.record(index.generation(), candidates(session, dao, index, vectors), bytes);
          }
          return true;
        });
  }

  private static int candidates(
      Database.Session session, MeasurementDao dao, HnswIndex index, long vectors) {
    List<PGvector> questions = questions(dao, index, Math.min(100, 100 * SAMPLED_ROWS / vectors));
    List<Set<Long>> most = nearest(session, dao, index, questions, SearchedIndex.MAX_CANDIDATES);
    long all = most.stream().mapToLong(Collection::size).sum();
    double candidates = SearchedIndex.MIN_CANDIDATES;
    while (candidates < SearchedIndex.MAX_CANDIDATES
        && common(most, nearest(session, dao, index, questions, (int) candidates))
            < AGREEMENT * all) {
      candidates *= STEP;
    }
    return (int) Math.min(candidates, SearchedIndex.MAX_CANDIDATES);
  }

  private static List<PGvector> questions(MeasurementDao dao, HnswIndex index, double percent) {
    List<float[]> stored = dao.sample(index.generation(), percent, 2 * QUESTIONS);
    List<PGvector> questions = new ArrayList<>();
    for (int i = 0; i + 1 < stored.size(); i += 2) {
      float[] question = stored.get(i);
      float[] other = stored.get(i + 1);
      for (int j = 0; j < question.length; j++) {
        question[j] = SHARE * question[j] + (1 - SHARE) * other[j];
      }
      questions.add(new PGvector(question));
    }
    return questions;
  }

  /** Returns the messages of the nearest vectors of each question. */
  private static List<Set<Long>> nearest(
      Database.Session session,
      MeasurementDao dao,
      HnswIndex index,
      List<PGvector> questions,
      int candidates) {
    session.execute("SET LOCAL hnsw.ef_search = " + candidates);
    return questions.stream()
        .<Set<Long>>map(
            question ->
                new HashSet<>(
                    dao.nearest(
                        index.generation(),
                        index.precision().type(),
                        index.dimension(),
                        question,
                        NEAREST)))
        .toList();
  }

  private static long common(List<Set<Long>> some, List<Set<Long>> others) {
    long common = 0;
    for (int i = 0; i < some.size(); i++) {
      common += some.get(i).stream().filter(others.get(i)::contains).count();
    }
    return common;
  }
}
