package io.msgvault.embed.sqlite;

import io.msgvault.embed.KeywordCandidates;
import io.msgvault.embed.KeywordQuery;
import io.msgvault.embed.KeywordQuery.Exact;
import io.msgvault.embed.KeywordQuery.Phrase;
import io.msgvault.embed.KeywordQuery.Prefix;
import io.msgvault.embed.KeywordQuery.Term;
import io.msgvault.embed.MessageFilter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Asks the full-text index {@code embed_words}, where message n has the entries 2n and 2n + 1.
 *
 * <p>The engine's language of queries never sees what somebody typed: a term consists of letters,
 * digits and marks, and goes between quotes.
 */
final class KeywordIndex {
  /** Entries are rows of 64 bits, so that those of the highest ids are negative. */
  private static final String ID = "(w.rowid >> 1 & 9223372036854775807)";

  private static final String FREQUENCY =
      "SELECT count(DISTINCT " + ID + ") FROM embed_words w WHERE embed_words MATCH ?";

  private static final String BEST =
      "SELECT m.{id} FROM embed_words w CROSS JOIN {messages} m ON m.{id} = " + ID + " WHERE ";

  private KeywordIndex() {}

  static KeywordCandidates search(
      Session session, MappedSql sql, KeywordQuery query, MessageFilter filter, int limit)
      throws SQLException {
    long live = CoverageCount.live(session, sql);
    Map<Term, Long> frequencies = new LinkedHashMap<>();
    PreparedStatement count = session.prepare(FREQUENCY);
    for (Term term : query.terms()) {
      count.setString(1, quoted(term));
      frequencies.put(term, Sql.number(count));
    }
    Set<Term> sought = KeywordCandidates.telling(frequencies, live);
    if (sought.isEmpty()) {
      return new KeywordCandidates(List.of(), false, live, frequencies);
    }
    // A message may come by both its entries.
    long[] entries = best(session, sql, sought, filter, 2L * limit + 1);
    long[] ids = LongStream.of(entries).distinct().toArray();
    return new KeywordCandidates(
        LongStream.of(ids).limit(limit).sorted().boxed().toList(),
        ids.length > limit,
        live,
        frequencies);
  }

  private static long[] best(
      Session session, MappedSql sql, Set<Term> terms, MessageFilter filter, long limit)
      throws SQLException {
    FilterSql where = new FilterSql(sql, filter);
    try (PreparedStatement select =
        session.prepareOnce(
            sql.of(BEST)
                + where.condition()
                + " AND embed_words MATCH ? ORDER BY w.rank LIMIT ?")) {
      int next = where.bind(select);
      select.setString(
          next, terms.stream().map(KeywordIndex::quoted).collect(Collectors.joining(" OR ")));
      select.setLong(next + 1, limit);
      return Sql.longs(select);
    }
  }

  private static String quoted(Term term) {
    if (term instanceof Exact exact) {
      return '"' + exact.word() + '"';
    }
    if (term instanceof Prefix prefix) {
      return '"' + prefix.beginning() + "\"*";
    }
    return '"' + String.join(" ", ((Phrase) term).words()) + '"';
  }
}
