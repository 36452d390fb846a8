package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.words.Places.Place;
import io.msgvault.embed.pgvector.internal.words.Ranking.Scored;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Searches words, in one snapshot. It reads the lists of all terms and adds up the score of every
 * document. The best are looked up, and those that are obsolete left out.
 */
public final class WordSearch {
  private static final Comparator<WordHit> BEST_FIRST =
      Comparator.comparingDouble(WordHit::score).reversed().thenComparingLong(WordHit::messageId);

  private final WordDao dao;
  private final List<Segment> segments;
  private final Figures figures;

  /** Begins a search in a transaction that sees one snapshot. */
  public WordSearch(Database.Session session) {
    dao = session.dao(WordDao.class);
    segments = dao.segments();
    figures = Figures.of(segments);
  }

  /** Finds the best of all messages. */
  public List<WordHit> search(WordQuery query, int k) {
    List<Part> parts = parts(query);
    if (parts.isEmpty()) {
      return List.of();
    }
    for (int most = k; ; most = (int) Math.min(Integer.MAX_VALUE, most * 4L)) {
      Ranking ranking = new Ranking(most);
      Scorer scorer = new Scorer(parts, figures.meanLength());
      for (Segment segment : segments) {
        ranking.add(segment.id(), scorer.score(segment));
      }
      List<Place> places = ranking.best().stream().map(Scored::place).toList();
      List<WordHit> hits = hits(ranking, Places.messagesAt(dao, places), parts);
      if (hits.size() >= k || ranking.isComplete()) {
        return best(hits, k);
      }
    }
  }

  /** Finds the best of some messages. */
  public List<WordHit> search(WordQuery query, int k, Collection<Long> messageIds) {
    List<Part> parts = parts(query);
    if (parts.isEmpty()) {
      return List.of();
    }
    Map<Place, WordDao.Current> among = Places.of(dao, messageIds);
    Map<Long, List<Place>> bySegment = new HashMap<>();
    among
        .keySet()
        .forEach(
            place ->
                bySegment.computeIfAbsent(place.segment(), first -> new ArrayList<>()).add(place));
    Ranking ranking = new Ranking(among.size());
    Scorer scorer = new Scorer(parts, figures.meanLength());
    for (Segment segment : segments) {
      List<Place> places = bySegment.getOrDefault(segment.id(), List.of());
      if (!places.isEmpty()) {
        double[] scores = scorer.score(segment);
        places.stream()
            .filter(place -> scores[place.document()] > 0)
            .forEach(place -> ranking.add(place, scores[place.document()]));
      }
    }
    return best(hits(ranking, among, parts), k);
  }

  private List<Part> parts(WordQuery query) {
    return query.isEmpty() || figures.messages() == 0
        ? List.of()
        : new Question(dao, figures, query.terms().keySet(), true).parts(query);
  }

  private static List<WordHit> hits(
      Ranking ranking, Map<Place, WordDao.Current> messages, List<Part> parts) {
    double greatest = parts.stream().mapToDouble(Part::weight).sum();
    List<WordHit> hits = new ArrayList<>();
    for (Scored scored : ranking.best()) {
      WordDao.Current message = messages.get(scored.place());
      if (message != null) {
        double score = Math.min(1, scored.score() / greatest);
        hits.add(new WordHit(message.messageId(), message.revision(), score));
      }
    }
    return hits;
  }

  private static List<WordHit> best(List<WordHit> hits, int k) {
    return hits.stream().sorted(BEST_FIRST).limit(k).toList();
  }

  /** Returns the figures of terms. */
  public WordStatistics statistics(Collection<WordQuery.Term> terms) {
    Question question = new Question(dao, figures, terms, false);
    Map<WordQuery.Term, Long> frequencies = new HashMap<>();
    terms.forEach(term -> frequencies.put(term, question.frequency(term)));
    return new WordStatistics(figures.messages(), figures.meanLength(), frequencies);
  }
}
