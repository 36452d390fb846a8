package io.msgvault.embed.internal.job;

import io.msgvault.embed.RunOutcome.Blocked;
import io.msgvault.embed.RunOutcome.Blocked.Obstacle;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.store.VectorStore;
import java.util.List;
import java.util.Optional;

/** The generation that a run fills (EJ-7). */
public sealed interface Target {
  /** Fill this generation. */
  record Fill(Generation generation) implements Target {}

  /** Create a generation and fill it. */
  record Create() implements Target {}

  /** Do nothing. */
  record Refused(Blocked outcome) implements Target {}

  /** Chooses for a run of this mode. */
  static Target choose(List<Generation> generations, Fingerprint fingerprint, Run.Mode mode) {
    return mode == Run.Mode.REBUILD
        ? chooseForRebuild(generations, fingerprint)
        : choose(generations, fingerprint);
  }

  /** Chooses for an ordinary run, which never rebuilds a changed fingerprint. */
  static Target choose(List<Generation> generations, Fingerprint fingerprint) {
    Optional<Generation> building = inState(generations, Generation.State.BUILDING);
    if (building.isPresent()) {
      return fillIfSame(building.get(), fingerprint);
    }
    Optional<Generation> active = inState(generations, Generation.State.ACTIVE);
    if (active.isPresent()) {
      return fillIfSame(active.get(), fingerprint);
    }
    return generations.isEmpty()
        ? new Create()
        : refuse(Obstacle.NO_INDEX, "every generation is retired: rebuild() creates a new one");
  }

  /** Chooses for a rebuild, which resumes a build of the same fingerprint and blocks on another. */
  private static Target chooseForRebuild(List<Generation> generations, Fingerprint fingerprint) {
    return inState(generations, Generation.State.BUILDING)
        .map(building -> fillIfSame(building, fingerprint))
        .orElse(new Create());
  }

  /**
   * Returns the retired generation to go back to: the latest of this fingerprint that still has
   * vectors. There is none where the active generation has the fingerprint, since that one is to be
   * built anew.
   */
  static Optional<Generation> revivable(VectorStore vectors, Fingerprint fingerprint) {
    List<Generation> generations = vectors.generations();
    if (inState(generations, Generation.State.ACTIVE)
        .filter(active -> !active.fingerprint().equals(fingerprint))
        .isEmpty()) {
      return Optional.empty();
    }
    return generations.stream()
        .filter(generation -> generation.state() == Generation.State.RETIRED)
        .filter(generation -> generation.fingerprint().equals(fingerprint))
        .filter(generation -> vectors.size(generation.id()).messages() > 0)
        .reduce((earlier, later) -> later);
  }

  private static Target fillIfSame(Generation generation, Fingerprint fingerprint) {
    Fingerprint theirs = generation.fingerprint();
    if (theirs.equals(fingerprint)) {
      return new Fill(generation);
    }
    String difference =
        "generation "
            + generation.id()
            + " is "
            + generation.state()
            + " as ["
            + theirs
            + "], but this job is configured as ["
            + fingerprint
            + "]: ";
    if (generation.state() == Generation.State.BUILDING) {
      return refuse(
          Obstacle.BUILD_IN_PROGRESS,
          difference + "finish it with its own settings, or retire it with VectorStore.retire");
    }
    boolean onlyScope =
        new Fingerprint(theirs.model(), theirs.dimension(), theirs.text(), fingerprint.scope())
            .equals(fingerprint);
    return refuse(
        onlyScope ? Obstacle.SCOPE_CHANGED : Obstacle.FINGERPRINT_MISMATCH,
        difference
            + "return to its settings, or call rebuild() to build a new one while it serves");
  }

  private static Refused refuse(Obstacle obstacle, String remedy) {
    return new Refused(new Blocked(obstacle, remedy));
  }

  private static Optional<Generation> inState(
      List<Generation> generations, Generation.State state) {
    return generations.stream().filter(generation -> generation.state() == state).findFirst();
  }
}
