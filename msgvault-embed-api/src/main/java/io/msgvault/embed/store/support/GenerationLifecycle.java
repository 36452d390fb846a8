package io.msgvault.embed.store.support;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Generation.State;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.UnknownGenerationException;
import java.util.List;
import java.util.Optional;

/**
 * Decides which steps the life cycle of generations allows: rules VS-1 to VS-5 and VS-7 of {@code
 * docs/contract.md}, with the one wording of each error. Every method only looks at the values it
 * is given. A backend calls it inside the transaction that acts on the answer.
 */
public final class GenerationLifecycle {
  private GenerationLifecycle() {}

  /**
   * Returns the generation with an id.
   *
   * @throws UnknownGenerationException if there is none
   */
  public static Generation require(List<Generation> generations, long id) {
    return generations.stream()
        .filter(generation -> generation.id() == id)
        .findFirst()
        .orElseThrow(() -> new UnknownGenerationException(id));
  }

  /** Returns the first generation in a state, if there is one. */
  public static Optional<Generation> inState(List<Generation> generations, State state) {
    return generations.stream().filter(generation -> generation.state() == state).findFirst();
  }

  /**
   * Returns the generation that {@code create} is to resume. Returns nothing if a new one may be
   * created under the id (VS-1, VS-2, VS-3).
   *
   * @param generations all generations that were ever created
   * @param fingerprint the fingerprint that the index is to have
   * @param id the id of a new generation; not used where one is resumed
   * @throws GenerationConflictException if a generation with another fingerprint is being built
   * @throws IllegalArgumentException if a new generation is needed and the id is not above that of
   *     every other
   */
  public static Optional<Generation> resumable(
      List<Generation> generations, Fingerprint fingerprint, long id) {
    Optional<Generation> building = inState(generations, State.BUILDING);
    if (building.isPresent()) {
      if (!building.get().fingerprint().equals(fingerprint)) {
        throw new GenerationConflictException(building.get(), fingerprint);
      }
      return building;
    }
    long highest = generations.stream().mapToLong(Generation::id).max().orElse(0);
    if (id <= highest) {
      throw new IllegalArgumentException(
          "the id of a new generation must be above " + highest + ", but is " + id);
    }
    return Optional.empty();
  }

  /**
   * Returns the generation if it may be activated (VS-4).
   *
   * @throws GenerationStateException if it is not BUILDING
   */
  public static Generation requireBuilding(Generation generation) {
    if (generation.state() != State.BUILDING) {
      throw refusal(generation, "only a generation that is being built can be activated");
    }
    return generation;
  }

  /**
   * Returns the generation if it may be retired without force (VS-5). A RETIRED one may: nothing
   * changes then.
   *
   * @throws GenerationStateException if it is ACTIVE
   */
  public static Generation requireRetirable(Generation generation) {
    if (generation.state() == State.ACTIVE) {
      throw refusal(generation, "it serves searches; activate its successor first, or force this");
    }
    return generation;
  }

  /**
   * Returns the generation if vectors may be written to it (VS-5, VS-7).
   *
   * @throws GenerationStateException if it is RETIRED
   */
  public static Generation requireWritable(Generation generation) {
    if (generation.state() == State.RETIRED) {
      throw refusal(generation, "it takes no writes; use the active generation");
    }
    return generation;
  }

  /**
   * Returns the generation if it may be searched (VS-5).
   *
   * @throws GenerationStateException if it is RETIRED
   */
  public static Generation requireSearchable(Generation generation) {
    if (generation.state() == State.RETIRED) {
      throw refusal(generation, "it is not searched; use the active generation");
    }
    return generation;
  }

  /**
   * Returns the generation if its vectors may be dropped.
   *
   * @throws GenerationStateException if it is not RETIRED
   */
  public static Generation requireRetired(Generation generation) {
    if (generation.state() != State.RETIRED) {
      throw refusal(generation, "only a retired generation can be dropped; retire it first");
    }
    return generation;
  }

  /**
   * Returns the generation if it may be revived (VS-22).
   *
   * @param generations all generations that were ever created
   * @param dropped whether some of its vectors were dropped, as far as the ledger knows
   * @throws GenerationStateException if it is not RETIRED, or dropped
   * @throws GenerationConflictException if another generation is being built
   */
  public static Generation requireRevivable(
      List<Generation> generations, long id, boolean dropped) {
    Generation generation = require(generations, id);
    if (generation.state() != State.RETIRED) {
      throw refusal(generation, "only a retired generation can be revived");
    }
    if (dropped) {
      throw refusal(generation, "its vectors were dropped; create a new generation");
    }
    Optional<Generation> building = inState(generations, State.BUILDING);
    if (building.isPresent()) {
      throw new GenerationConflictException(building.get(), generation.fingerprint());
    }
    return generation;
  }

  private static GenerationStateException refusal(Generation generation, String remedy) {
    return new GenerationStateException(generation.id(), generation.state(), remedy);
  }
}
