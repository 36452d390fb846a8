package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.KeywordQuery.Exact;
import io.msgvault.embed.store.KeywordQuery.Phrase;
import io.msgvault.embed.store.KeywordQuery.Prefix;
import io.msgvault.embed.store.KeywordQuery.Term;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Searches the full-text index {@code embed_words}, where message n has the entries 2n and 2n + 1.
 *
 * <p>Candidates are ranked by the sum of the IDF of their matching terms, and by that of their
 * subjects. Two statements are read side by side, both by entry, ascending, as the index stores
 * them. So nothing is sorted, and only the candidates are in memory. One statement returns the
 * entries that match the filter and contain any term, the other every entry of each term.
 *
 * <p>FTS5's query syntax never sees user text as syntax: a term consists of letters, digits and
 * marks, and stands between quotes.
 */
public final class KeywordIndex {
  /**
   * The contents of the index: the first million bytes of the subject and of the text. If the text
   * is blank, the HTML replaces it. Texts are cut as bytes, because functions on text stop at
   * U+0000. Triggers repeat this query, because a view would keep the host from renaming tables.
   */
  static final String ENTRIES =
      """
      SELECT m.{id} AS message_id, m.{id} << 1 AS entry_id,
             CAST(substr(CAST({m.subject} AS BLOB), 1, 1000000) AS TEXT) AS entry
        FROM {messages} m
       WHERE {m.live} AND ifnull({m.subject}, '') <> ''
      UNION ALL
      SELECT m.{id}, m.{id} << 1 | 1,
             CAST(substr(CAST(
               CASE WHEN trim(CAST(ifnull({b.text}, '') AS TEXT), char(9, 10, 11, 12, 13, 32, 160)) = ''
                    THEN ifnull({b.html}, '') ELSE {b.text} END AS BLOB), 1, 1000000) AS TEXT)
        FROM {messages} m {inner_join_bodies}
       WHERE {m.live} AND ({b.text} IS NOT NULL OR {b.html} IS NOT NULL)
      """;

  /** Row numbers have 64 bits, so the entries of the highest ids are negative. */
  private static final String ID = "(w.rowid >> 1 & 9223372036854775807)";

  private static final String FREQUENCY =
      "SELECT count(DISTINCT " + ID + ") FROM embed_words w WHERE embed_words MATCH ?";

  private static final String MATCHES =
      "SELECT w.rowid, m.{id} FROM embed_words w CROSS JOIN {messages} m ON m.{id} = "
          + ID
          + " WHERE ";

  private static final String OF_ANY_TERM = " AND embed_words MATCH ? ORDER BY w.rowid";

  private static final String OF_TERM =
      "SELECT rowid, ? FROM embed_words WHERE embed_words MATCH ?";

  private KeywordIndex() {}

  /** Returns the messages with the highest sums, as {@code MessageStore.keywordSearch} does. */
  public static KeywordCandidates search(
      Session session, MappedSql sql, KeywordQuery query, MessageFilter filter, int limit)
      throws SQLException {
    long live = CoverageCounter.live(session, sql);
    Map<Term, Long> frequencies = new LinkedHashMap<>();
    PreparedStatement count = session.prepare(FREQUENCY);
    for (Term term : query.terms()) {
      count.setString(1, quoted(term));
      frequencies.put(term, Results.singleLong(count));
    }
    TopMatches best = new TopMatches(limit);
    List<Term> searched = List.copyOf(KeywordCandidates.selectiveTerms(frequencies, live));
    if (!searched.isEmpty()) {
      long[] weights =
          searched.stream()
              .mapToLong(
                  term -> KeywordCandidates.scaledIdf(frequencies.getOrDefault(term, 0L), live))
              .toArray();
      offer(session, sql, searched, weights, filter, best);
    }
    return new KeywordCandidates(best.ids(), best.hasMore(), live, frequencies);
  }

  private static void offer(
      Session session,
      MappedSql sql,
      List<Term> terms,
      long[] weights,
      MessageFilter filter,
      TopMatches best)
      throws SQLException {
    FilterSql where = new FilterSql(sql, filter);
    List<String> quoted = terms.stream().map(KeywordIndex::quoted).toList();
    try (PreparedStatement any =
            session.prepareOnce(sql.render(MATCHES) + where.condition() + OF_ANY_TERM);
        PreparedStatement each =
            session.prepareOnce(
                Collections.nCopies(terms.size(), OF_TERM).stream()
                    .collect(Collectors.joining(" UNION ALL ", "", " ORDER BY 1")))) {
      any.setString(where.bind(any), String.join(" OR ", quoted));
      for (int i = 0; i < terms.size(); i++) {
        each.setInt(2 * i + 1, i);
        each.setString(2 * i + 2, quoted.get(i));
      }
      try (ResultSet matches = any.executeQuery();
          ResultSet places = each.executeQuery()) {
        offer(matches, places, weights, best);
      }
    }
  }

  /** Offers each message once, with the terms of both its entries. */
  private static void offer(ResultSet matches, ResultSet places, long[] weights, TopMatches best)
      throws SQLException {
    BitSet contained = new BitSet();
    boolean isPlace = places.next();
    boolean isMatch = matches.next();
    while (isMatch) {
      long id = matches.getLong(2);
      long weight = 0;
      long inSubject = 0;
      contained.clear();
      while (isMatch && matches.getLong(2) == id) {
        long entry = matches.getLong(1);
        while (isPlace && places.getLong(1) <= entry) {
          int term = places.getInt(2);
          if (places.getLong(1) == entry && !contained.get(term)) {
            contained.set(term);
            weight += weights[term];
          }
          isPlace = places.next();
        }
        if (isSubject(entry)) {
          inSubject = weight;
        }
        isMatch = matches.next();
      }
      best.offer(new TopMatches.Match(id, weight, inSubject));
    }
  }

  /** Returns whether an entry is a subject, which comes before the body. */
  private static boolean isSubject(long entry) {
    return entry % 2 == 0;
  }

  private static String quoted(Term term) {
    if (term instanceof Exact exact) {
      return '"' + exact.word() + '"';
    }
    if (term instanceof Prefix prefix) {
      return '"' + prefix.prefix() + "\"*";
    }
    return '"' + String.join(" ", ((Phrase) term).words()) + '"';
  }
}
