package io.msgvault.embed.pgvector.internal.archive;

import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.KeywordQuery.Exact;
import io.msgvault.embed.store.KeywordQuery.Phrase;
import io.msgvault.embed.store.KeywordQuery.Prefix;
import io.msgvault.embed.store.KeywordQuery.Term;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Searches the table {@code embed_words}, where a message has a row for its subject and one for its
 * body. One statement does it, since each statement sees a snapshot of its own. Candidates are
 * ordered by the weights of their terms, then of the terms in their subjects. Weights are whole
 * billionths, so that sums are exact.
 *
 * <p>Counts and words may be off for a while, after writes with triggers switched off. So no count
 * is taken to be negative, and no term to be in more messages than there are.
 *
 * <p>Text of users never becomes syntax of the server's query language: a term consists of letters,
 * digits and marks, and stands between quotes.
 */
public final class KeywordIndex {
  private static final String SEARCH =
      """
      WITH terms AS MATERIALIZED (
        SELECT n, term::tsquery AS term
          FROM unnest(CAST(:terms AS text[])) WITH ORDINALITY AS t (term, n)
      ), archive AS MATERIALIZED (
        SELECT greatest(coalesce(sum(live), 0), 0)::bigint AS live FROM {schema}.embed_counts
      ), counted AS MATERIALIZED (
        SELECT n, term,
               least(live, (SELECT count(DISTINCT message_id) FROM {schema}.embed_words
                             WHERE words @@ term)) AS frequency
          FROM terms, archive
      ), searched AS MATERIALIZED (
        SELECT n, term,
               round(1e9 * ln(1 + (live - frequency + 0.5) / (frequency + 0.5)))::bigint AS weight
          FROM counted, archive
         WHERE frequency <= live / 2
            OR NOT EXISTS (SELECT 1 FROM counted WHERE frequency <= live / 2)
      ), contained AS (
        SELECT w.message_id AS id, s.weight, min(w.part) = 0 AS in_subject
          FROM searched AS s CROSS JOIN {schema}.embed_words AS w
          JOIN {messages} AS m ON {m.id} = w.message_id
         WHERE w.words @@ s.term AND {condition}
         GROUP BY w.message_id, s.n, s.weight
      ), best AS MATERIALIZED (
        SELECT id, row_number() OVER (
                     ORDER BY sum(weight) DESC,
                              sum(CASE WHEN in_subject THEN weight ELSE 0 END) DESC,
                              id DESC) AS place
          FROM contained GROUP BY id ORDER BY place LIMIT :limit
      )
      SELECT 'live' AS kind, live AS value, 0 AS place FROM archive
      UNION ALL
      SELECT 'frequency', frequency, n FROM counted
      UNION ALL
      SELECT 'id', id, place FROM best
       ORDER BY kind, place""";

  private static final int PAGE = 1_000;

  private static final String WRONG =
      """
      SELECT w.message_id FROM {schema}.embed_words AS w
       WHERE w.message_id > :after AND w.message_id <= :last AND NOT EXISTS (
         SELECT 1 FROM {messages} AS m WHERE {m.id} = w.message_id AND {m.live})
      UNION
      SELECT {m.id} FROM {messages} AS m
       WHERE {m.id} > :after AND {m.id} <= :last AND {m.live} AND {m.subject} <> ''
         AND NOT EXISTS (
           SELECT 1 FROM {schema}.embed_words AS w WHERE w.message_id = {m.id} AND w.part = 0)
      UNION
      SELECT {m.id} FROM {messages} AS m JOIN {bodies} AS b ON {b.body_message_id} = {m.id}
       WHERE {m.id} > :after AND {m.id} <= :last AND {m.live}
         AND ({b.text} <> '' OR {b.html} <> '') AND NOT EXISTS (
           SELECT 1 FROM {schema}.embed_words AS w WHERE w.message_id = {m.id} AND w.part = 1)""";

  private KeywordIndex() {}

  /** Returns the best messages that pass a filter, and how often each term occurs. */
  public static KeywordCandidates search(
      Database.Session session, KeywordQuery query, FilterSql filter, int limit) {
    List<Long> ids = new ArrayList<>();
    List<Long> frequencies = new ArrayList<>();
    List<Long> live = new ArrayList<>();
    filter
        .bind(session.query(SEARCH))
        .bindArray("terms", String.class, query.terms().stream().map(KeywordIndex::quoted).toList())
        .bind("limit", limit + 1L)
        .map(
            (row, context) ->
                (switch (row.getString("kind")) {
                      case "id" -> ids;
                      case "frequency" -> frequencies;
                      default -> live;
                    })
                    .add(row.getLong("value")))
        .list();
    Map<Term, Long> byTerm = new LinkedHashMap<>();
    for (int i = 0; i < frequencies.size(); i++) {
      byTerm.put(query.terms().get(i), frequencies.get(i));
    }
    return new KeywordCandidates(
        ids.stream().limit(limit).sorted().toList(), ids.size() > limit, live.get(0), byTerm);
  }

  /**
   * Indexes the words of live messages that have none, and removes those of no live message, among
   * the messages that follow an id.
   *
   * @return the last of these messages; empty if it was the last of all
   */
  public static OptionalLong addMissing(Database.Session session, long afterId) {
    OptionalLong last =
        session
            .query(
                """
                SELECT max(page.id) FROM (
                  SELECT {m.id} AS id FROM {messages} AS m WHERE {m.id} > :after
                   ORDER BY {m.id} LIMIT :page) AS page
                HAVING count(*) = :page""")
            .bind("after", afterId)
            .bind("page", PAGE)
            .mapTo(Long.class)
            .findOne()
            .map(OptionalLong::of)
            .orElseGet(OptionalLong::empty);
    List<Long> wrong =
        session
            .query(WRONG)
            .bind("after", afterId)
            .bind("last", last.orElse(Long.MAX_VALUE))
            .mapTo(Long.class)
            .list();
    if (!wrong.isEmpty()) {
      renew(session, wrong);
    }
    return last;
  }

  /** Indexes the words of messages anew. Locks them, as a writer of their texts does. */
  public static void renew(Database.Session session, Collection<Long> ids) {
    session
        .query(
            """
            WITH locked AS MATERIALIZED (
              SELECT {m.id} AS id FROM {messages} AS m
               WHERE {m.id} = ANY (:ids) ORDER BY {m.id} FOR NO KEY UPDATE
            )
            SELECT count(*) FROM locked""")
        .bindArray("ids", Long.class, ids)
        .mapTo(Long.class)
        .one();
    session
        .query("SELECT CAST({schema}.embed_renew_words(CAST(:ids AS bigint[]), '{0, 1}') AS text)")
        .bindArray("ids", Long.class, ids)
        .mapTo(String.class)
        .list();
  }

  private static String quoted(Term term) {
    if (term instanceof Exact exact) {
      return quoted(exact.word());
    }
    if (term instanceof Prefix prefix) {
      return quoted(prefix.prefix()) + ":*";
    }
    return ((Phrase) term)
        .words().stream().map(KeywordIndex::quoted).collect(Collectors.joining(" <-> "));
  }

  private static String quoted(String word) {
    return "'" + word + "'";
  }
}
