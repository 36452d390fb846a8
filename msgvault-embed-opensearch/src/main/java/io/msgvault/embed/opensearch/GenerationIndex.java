package io.msgvault.embed.opensearch;

import io.msgvault.embed.store.BrokenIndexException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Creates, describes and deletes the index of each generation, and knows who refreshes it.
 *
 * <p>Documents become visible to searches by a refresh, which is costly. While a generation is
 * filled, hardly anyone searches it: so readers refresh it. Once it serves, writers do. Two aliases
 * tell which: writers refresh where {@link #refreshed} exists, and readers need not where {@link
 * #served} exists. The first is added before the second, with a refresh in between. So whatever a
 * writer has left to the readers is visible before they stop refreshing. An alias belongs to its
 * index, and vanishes with it.
 */
final class GenerationIndex {
  private static final String SCALAR_SPACE = "cosinesimil";

  private final Cluster cluster;
  private final VectorSettings settings;

  /** The dimensions of indexes whose settings were checked. */
  private final Map<Long, Integer> checked = new ConcurrentHashMap<>();

  /** The generations that writers refresh. An entry too many costs a refresh and does no harm. */
  private final Set<Long> refreshedByWriters = ConcurrentHashMap.newKeySet();

  GenerationIndex(Cluster cluster, VectorSettings settings) {
    this.cluster = cluster;
    this.settings = settings;
  }

  /** Returns the name of the index. */
  String index(long generation) {
    return settings.prefix() + "-vectors-" + generation;
  }

  /** Returns the alias by which documents are read and written. */
  String all(long generation) {
    return index(generation) + "-all";
  }

  /** Returns the alias that says that writers refresh. */
  String refreshed(long generation) {
    return index(generation) + "-refreshed";
  }

  /** Returns the alias that says that readers need not refresh. */
  String served(long generation) {
    return index(generation) + "-served";
  }

  /**
   * Returns the dimension of a generation; empty if it has no vectors yet.
   *
   * @throws BrokenIndexException if its index has settings that break the contract
   */
  OptionalInt dimension(long generation) {
    Integer known = checked.get(generation);
    if (known != null) {
      return OptionalInt.of(known);
    }
    Cluster.Answer answer = cluster.send("GET", "/" + all(generation) + "?flat_settings=true");
    if (answer.isMissing()) {
      return OptionalInt.empty();
    }
    Json description = cluster.requireOk(answer).body().get(index(generation));
    Json vector = description.get("mappings", "properties", "chunks", "properties", "vector");
    if (!vector.isPresent()) {
      return OptionalInt.empty();
    }
    requireSettings(generation, description.get("settings"), vector);
    int dimension = (int) vector.get("dimension").asLong();
    checked.put(generation, dimension);
    return OptionalInt.of(dimension);
  }

  private void requireSettings(long generation, Json index, Json vector) {
    require(generation, index, "index.knn", "true", "");
    require(generation, index, "index.replication.type", "DOCUMENT", "DOCUMENT");
    require(generation, index, "index.translog.durability", "REQUEST", "REQUEST");
    require(generation, vector.get("method"), "engine", settings.engine().id(), "");
    require(generation, vector.get("method"), "space_type", SCALAR_SPACE, "");
    require(generation, vector, "compression_level", settings.compression() + "x", "1x");
  }

  private void require(long generation, Json where, String name, String wanted, String absent) {
    String found = where.get(name).text().orElse(absent);
    if (!found.equalsIgnoreCase(wanted)) {
      throw new BrokenIndexException(
          "the index " + index(generation),
          name + " is " + found + ", not " + wanted,
          "open it with the settings that it was made with, or delete it and run a backstop",
          null);
    }
  }

  /** Creates the index if it is missing, and gives it the dimension if it has none. */
  void create(long generation, int dimension) {
    create(generation, Map.of("vector", settings.vectorField(dimension)), List.of());
    if (dimension(generation).isEmpty()) {
      cluster.requireOk(
          cluster.send(
              "PUT",
              "/" + all(generation) + "/_mapping",
              Map.of(
                  "properties",
                  Map.of(
                      "chunks",
                      Map.of(
                          "type",
                          "nested",
                          "properties",
                          Map.of("vector", settings.vectorField(dimension)))))));
    }
  }

  private void create(long generation, Map<String, ?> vectorField, List<String> aliases) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(all(generation), Map.of());
    aliases.forEach(alias -> all.put(alias, Map.of()));
    Cluster.Answer answer =
        cluster.send(
            "PUT",
            "/" + index(generation),
            Map.of(
                "settings", settings.indexSettings(),
                "aliases", all,
                "mappings", VectorSettings.mappings(vectorField)));
    if (!answer.errorType().equals("resource_already_exists_exception")) {
      cluster.requireOk(answer);
    }
  }

  /** Lets writers refresh the index from now on. It is created if it is missing. */
  void serve(long generation) {
    create(generation, Map.of(), List.of(refreshed(generation), served(generation)));
    addAlias(generation, refreshed(generation));
    refresh(generation);
    addAlias(generation, served(generation));
  }

  private void addAlias(long generation, String alias) {
    cluster.requireOk(cluster.send("PUT", "/" + index(generation) + "/_alias/" + alias));
  }

  /** Returns whether this instance has seen that writers refresh a generation. */
  boolean isKnownAsRefreshed(long generation) {
    return refreshedByWriters.contains(generation);
  }

  /** Refreshes the index after a write, if that is for writers to do. */
  void refreshAfterWrite(long generation) {
    if (isKnownAsRefreshed(generation) || isRefreshedByWriters(generation)) {
      refreshedByWriters.add(generation);
      refresh(generation);
    }
  }

  private boolean isRefreshedByWriters(long generation) {
    Cluster.Answer answer = cluster.send("GET", "/_alias/" + refreshed(generation));
    if (!answer.isMissing()) {
      cluster.requireOk(answer);
    }
    return answer.isOk();
  }

  private Cluster.Answer refresh(long generation) {
    Cluster.Answer answer = cluster.send("POST", "/" + all(generation) + "/_refresh");
    if (!answer.isMissing()) {
      cluster.requireComplete(answer);
    }
    return answer;
  }

  /**
   * Searches a generation, with all that was written to it.
   *
   * @return the reply; empty if it has no index
   */
  Optional<Json> search(long generation, Map<String, ?> body) {
    Cluster.Answer answer = cluster.search(served(generation), body);
    if (answer.isMissing()) {
      if (refresh(generation).isMissing()) {
        return Optional.empty();
      }
      answer = cluster.search(all(generation), body);
    }
    return answer.isMissing() ? Optional.empty() : Optional.of(cluster.requireComplete(answer));
  }

  /** Forgets what was known of a generation whose index has vanished. */
  void forget(long generation) {
    checked.remove(generation);
  }

  /** Deletes the index, if it is there. */
  void delete(long generation) {
    Cluster.Answer answer = cluster.send("DELETE", "/" + index(generation));
    if (!answer.isMissing()) {
      cluster.requireOk(answer);
    }
    forget(generation);
    refreshedByWriters.remove(generation);
  }
}
