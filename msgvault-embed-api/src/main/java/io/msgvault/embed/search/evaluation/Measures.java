package io.msgvault.embed.search.evaluation;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Says how good a ranking is, or the mean over several rankings. Each measure is from 0 to 1, and 1
 * is best. Definitions are those of trec_eval 9:
 *
 * <ul>
 *   <li>A document is relevant if its grade is above 0. One that was not judged is not relevant.
 *   <li>The order of the ranking counts. Documents of equal score stay in the order in which the
 *       search returned them; trec_eval would sort them by name.
 *   <li>A topic without relevant documents has 0 in every measure.
 * </ul>
 *
 * @param ndcg the normalised discounted cumulative gain of the first k documents. It is the sum of
 *     grade / log<sub>2</sub>(rank + 1), divided by the greatest sum that any ranking could reach.
 *     Grades below 0 count as 0. It is trec_eval's {@code ndcg_cut}, with the gains of Järvelin and
 *     Kekäläinen, <em>Cumulated gain-based evaluation of IR techniques</em>, 2002, and the discount
 *     that later became usual
 * @param recall the share of the relevant documents that are among the first k ({@code recall})
 * @param averagePrecision the mean, over all relevant documents, of the share of relevant ones at
 *     and above their ranks; one that is not in the ranking adds 0 ({@code map})
 * @param reciprocalRank 1 / rank of the first relevant document; 0 if there is none ({@code
 *     recip_rank})
 */
public record Measures(double ndcg, double recall, double averagePrecision, double reciprocalRank) {

  /**
   * Measures one ranking.
   *
   * @param ranking the names of the documents found, best first
   * @param grades the grades of the topic
   * @param ndcgCutoff the k of {@link #ndcg}, at least 1
   * @param recallCutoff the k of {@link #recall}, at least 1
   * @return the measures
   * @throws IllegalArgumentException if a document comes twice, or a cutoff is below 1
   */
  public static Measures of(
      List<String> ranking, Map<String, Integer> grades, int ndcgCutoff, int recallCutoff) {
    requireCutoff("ndcgCutoff", ndcgCutoff);
    requireCutoff("recallCutoff", recallCutoff);
    requireDistinct(ranking);
    List<Integer> found =
        ranking.stream().map(name -> Math.max(0, grades.getOrDefault(name, 0))).toList();
    List<Integer> best =
        grades.values().stream()
            .filter(grade -> grade > 0)
            .sorted(Comparator.reverseOrder())
            .toList();
    if (best.isEmpty()) {
      return new Measures(0, 0, 0, 0);
    }
    return new Measures(
        gain(found, ndcgCutoff) / gain(best, ndcgCutoff),
        (double) found.stream().limit(recallCutoff).filter(grade -> grade > 0).count()
            / best.size(),
        precisions(found) / best.size(),
        reciprocalRank(found));
  }

  private static double gain(List<Integer> grades, int cutoff) {
    double sum = 0;
    for (int i = 0; i < Math.min(cutoff, grades.size()); i++) {
      sum += grades.get(i) * Math.log(2) / Math.log(i + 2);
    }
    return sum;
  }

  private static double precisions(List<Integer> grades) {
    double sum = 0;
    int relevant = 0;
    for (int i = 0; i < grades.size(); i++) {
      if (grades.get(i) > 0) {
        relevant++;
        sum += (double) relevant / (i + 1);
      }
    }
    return sum;
  }

  private static double reciprocalRank(List<Integer> grades) {
    for (int i = 0; i < grades.size(); i++) {
      if (grades.get(i) > 0) {
        return 1.0 / (i + 1);
      }
    }
    return 0;
  }

  private static void requireDistinct(List<String> ranking) {
    HashSet<String> names = new HashSet<>();
    for (String name : ranking) {
      if (!names.add(name)) {
        throw new IllegalArgumentException("the ranking has document " + name + " twice");
      }
    }
  }

  static int requireCutoff(String name, int cutoff) {
    if (cutoff < 1) {
      throw new IllegalArgumentException(name + " is " + cutoff + ", but must be at least 1");
    }
    return cutoff;
  }

  /** Returns the mean of each measure. */
  static Measures mean(Collection<Measures> all) {
    return new Measures(
        mean(all, Measures::ndcg),
        mean(all, Measures::recall),
        mean(all, Measures::averagePrecision),
        mean(all, Measures::reciprocalRank));
  }

  private static double mean(Collection<Measures> all, ToDoubleFunction<Measures> measure) {
    return all.stream().mapToDouble(measure).average().orElse(0);
  }
}
