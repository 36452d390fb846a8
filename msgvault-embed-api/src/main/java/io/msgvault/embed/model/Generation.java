package io.msgvault.embed.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One index, built by one model, dimension, text policy and scope.
 *
 * @param id the generation's id, positive; ids only grow and are never used twice
 * @param fingerprint what the index is made of
 * @param state where it is in its life
 * @param created when it was created
 * @param activated when it became the serving index, if it ever did
 * @param retired when it was retired, if it was
 * @param lastBackstop when the last backstop that ended well began, if one did: the per-generation
 *     clock of EJ-9
 */
public record Generation(
    long id,
    Fingerprint fingerprint,
    State state,
    Instant created,
    Optional<Instant> activated,
    Optional<Instant> retired,
    Optional<Instant> lastBackstop) {

  /**
   * The life of a generation: {@code BUILDING → ACTIVE → RETIRED}, or straight from building to
   * retired.
   */
  public enum State {
    /** Being filled for the first time; not searched. At most one generation is in this state. */
    BUILDING,
    /** Serves searches and is kept filled. At most one generation is in this state. */
    ACTIVE,
    /** Takes no writes and is not searched. */
    RETIRED
  }

  /** Checks the id's range. */
  public Generation {
    if (id <= 0) {
      throw new IllegalArgumentException("an id must be positive, but is " + id);
    }
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(state, "state");
  }
}
