package io.msgvault.embed.model;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes one index, built by one model, dimension, text policy and scope. The store that keeps
 * the index makes its generations.
 */
public final class Generation {
  /**
   * Says where a generation is in its life: {@code BUILDING → ACTIVE → RETIRED}, or straight from
   * building to retired.
   */
  public enum State {
    /** Being filled for the first time; not searched. At most one generation is in this state. */
    BUILDING,
    /** Serves searches and is kept filled. At most one generation is in this state. */
    ACTIVE,
    /** Takes no writes and is not searched. */
    RETIRED
  }

  private final long id;
  private final Fingerprint fingerprint;
  private final State state;
  private final Instant created;
  private final Optional<Instant> activated;
  private final Optional<Instant> retired;
  private final Optional<Instant> lastBackstop;

  private Generation(Builder builder) {
    id = builder.id;
    fingerprint = builder.fingerprint;
    state = builder.state;
    created = builder.created;
    activated = builder.activated;
    retired = builder.retired;
    lastBackstop = builder.lastBackstop;
    if (id <= 0) {
      throw new IllegalArgumentException("an id must be positive, but is " + id);
    }
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(created, "created");
  }

  /**
   * Returns a builder of a generation that is being built.
   *
   * @param id positive
   */
  public static Builder builder(long id, Fingerprint fingerprint, Instant created) {
    return new Builder(id, fingerprint, created);
  }

  /** Returns a builder that holds what this value holds. */
  public Builder toBuilder() {
    Builder builder = new Builder(id, fingerprint, created);
    builder.state = state;
    builder.activated = activated;
    builder.retired = retired;
    builder.lastBackstop = lastBackstop;
    return builder;
  }

  /** Returns the id, positive; ids only grow and are never used twice. */
  public long id() {
    return id;
  }

  /** Returns what the index is made of. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** Returns where the generation is in its life. */
  public State state() {
    return state;
  }

  /** Returns when the generation was created. */
  public Instant created() {
    return created;
  }

  /** Returns when it became the serving index, if it ever did. */
  public Optional<Instant> activated() {
    return activated;
  }

  /** Returns when it was retired, if it was. */
  public Optional<Instant> retired() {
    return retired;
  }

  /**
   * Returns when the last backstop that succeeded began, if one did. This is the clock of EJ-9,
   * which each generation has for itself.
   */
  public Optional<Instant> lastBackstop() {
    return lastBackstop;
  }

  private Map<String, Object> components() {
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("id", id);
    components.put("fingerprint", fingerprint);
    components.put("state", state);
    components.put("created", created);
    components.put("activated", activated);
    components.put("retired", retired);
    components.put("lastBackstop", lastBackstop);
    return components;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Generation that && components().equals(that.components());
  }

  @Override
  public int hashCode() {
    return components().hashCode();
  }

  @Override
  public String toString() {
    return "Generation" + components();
  }

  /** Collects the components of a value. */
  public static final class Builder {
    private final long id;
    private final Fingerprint fingerprint;
    private State state = State.BUILDING;
    private final Instant created;
    private Optional<Instant> activated = Optional.empty();
    private Optional<Instant> retired = Optional.empty();
    private Optional<Instant> lastBackstop = Optional.empty();

    private Builder(long id, Fingerprint fingerprint, Instant created) {
      this.id = id;
      this.fingerprint = fingerprint;
      this.created = created;
    }

    /** Sets the state; BUILDING unless set. */
    public Builder state(State state) {
      this.state = state;
      return this;
    }

    /** Sets when it became the serving index; never unless set. */
    public Builder activated(Optional<Instant> activated) {
      this.activated = activated;
      return this;
    }

    /** Sets when it was retired; never unless set. */
    public Builder retired(Optional<Instant> retired) {
      this.retired = retired;
      return this;
    }

    /** Sets when the last backstop that succeeded began; never unless set. */
    public Builder lastBackstop(Optional<Instant> lastBackstop) {
      this.lastBackstop = lastBackstop;
      return this;
    }

    /** Returns the value. */
    public Generation build() {
      return new Generation(this);
    }
  }
}
