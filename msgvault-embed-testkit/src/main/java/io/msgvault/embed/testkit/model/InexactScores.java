package io.msgvault.embed.testkit.model;

import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Puts a vector store in front of another that adds an error to each score, as much as VS-13 lets
 * it, and orders its hits by the result.
 */
public final class InexactScores {
  private static final double ERROR = 9e-6;

  private final VectorStore store;
  private final Random random = new Random(5);

  /** Creates a source of stores in front of this one. */
  public InexactScores(VectorStore store) {
    this.store = store;
  }

  /** Returns the store in front. Closing it closes the other. */
  public VectorStore store() {
    return VectorStore.class.cast(
        Proxy.newProxyInstance(
            VectorStore.class.getClassLoader(),
            new Class<?>[] {VectorStore.class},
            (proxy, method, arguments) -> {
              // A store gives its best by the scores that it has, so it must be asked for all.
              boolean search = method.getName().equals("search");
              try {
                if (search) {
                  int wanted = (Integer) arguments[2];
                  Object[] all = arguments.clone();
                  all[2] = Integer.MAX_VALUE / 4;
                  return best(hits(method.invoke(store, all)), wanted);
                }
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }

  private static List<VectorHit> hits(Object found) {
    List<VectorHit> hits = new ArrayList<>();
    for (Object hit : (List<?>) found) {
      hits.add((VectorHit) hit);
    }
    return hits;
  }

  private List<VectorHit> best(List<VectorHit> hits, int wanted) {
    return hits.stream()
        .map(
            hit ->
                new VectorHit(
                    hit.messageId(),
                    hit.revision(),
                    hit.start(),
                    hit.end(),
                    Math.min(1, hit.score() + ERROR * (2 * random.nextDouble() - 1))))
        .sorted(
            Comparator.comparingDouble(VectorHit::score)
                .reversed()
                .thenComparingLong(VectorHit::messageId))
        .limit(wanted)
        .toList();
  }
}
