package io.msgvault.embed.spring;

import io.msgvault.embed.Errors;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks whether the stores can be reached, for a health indicator. It costs a query each. Safe for
 * use by many threads.
 */
public final class StoreProbe {
  private final Supplier<Answer> probe;

  private StoreProbe(Supplier<Answer> probe) {
    this.probe = probe;
  }

  /** Creates the probe of these stores. */
  public StoreProbe(MessageStore messages, VectorStore vectors, Optional<WordIndex> words) {
    this(() -> ask(messages, vectors, words));
  }

  /** Returns a probe of several archives. Their names and a dot begin the names of the details. */
  public static StoreProbe ofAll(Map<String, StoreProbe> archives) {
    Map<String, StoreProbe> all = new LinkedHashMap<>(archives);
    return new StoreProbe(() -> askAll(all));
  }

  /**
   * Holds what the stores answered.
   *
   * @param reached whether every store answered
   * @param details the state of the index, or the errors by store, without message text
   */
  public record Answer(boolean reached, Map<String, String> details) {}

  /** Asks each store. Throws only an {@link Error}. */
  public Answer ask() {
    return probe.get();
  }

  private static Answer askAll(Map<String, StoreProbe> archives) {
    Map<String, String> details = new LinkedHashMap<>();
    boolean reached = true;
    for (Map.Entry<String, StoreProbe> archive : archives.entrySet()) {
      Answer answer = archive.getValue().ask();
      reached &= answer.reached;
      answer.details.forEach((name, text) -> details.put(archive.getKey() + "." + name, text));
    }
    return new Answer(reached, details);
  }

  private static Answer ask(MessageStore messages, VectorStore vectors, Optional<WordIndex> words) {
    Map<String, String> errors = new LinkedHashMap<>();
    String index = "unknown";
    ask("messages", messages::archiveId, errors);
    try {
      index = describe(vectors.generations());
    } catch (RuntimeException e) {
      errors.put("vectors", Errors.describe(e));
    }
    words.ifPresent(found -> ask("words", found::archive, errors));
    return errors.isEmpty() ? new Answer(true, Map.of("index", index)) : new Answer(false, errors);
  }

  private static void ask(String store, Runnable question, Map<String, String> errors) {
    try {
      question.run();
    } catch (RuntimeException e) {
      errors.put(store, Errors.describe(e));
    }
  }

  private static String describe(List<Generation> generations) {
    List<Generation.State> states = generations.stream().map(Generation::state).toList();
    if (states.contains(Generation.State.ACTIVE)) {
      return "serving";
    }
    return states.contains(Generation.State.BUILDING) ? "being built" : "none yet";
  }
}
