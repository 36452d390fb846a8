package io.msgvault.embed.model;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Records one run in the run history. The store that keeps the history makes its entries. */
public final class RunRecord {
  /** Says how a run ended. */
  public enum Status {
    /** It is under way. */
    RUNNING,
    /** It did what there was to do. */
    COMPLETED,
    /** It gave up; the detail says why. */
    FAILED,
    /** It was interrupted, closed or out of time, lost its lease, or its generation was retired. */
    CANCELLED,
    /** Its process ended during the run. */
    ABANDONED
  }

  private final long id;
  private final long generation;
  private final RunKind kind;
  private final Instant started;
  private final Optional<Instant> ended;
  private final Status status;
  private final RunCounts counts;
  private final String detail;

  private RunRecord(Builder builder) {
    id = builder.id;
    generation = builder.generation;
    kind = builder.kind;
    started = builder.started;
    ended = builder.ended;
    status = builder.status;
    counts = builder.counts;
    detail = builder.detail;
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(started, "started");
  }

  /** Returns a builder of an entry that is under way. */
  public static Builder builder(long id, long generation, RunKind kind, Instant started) {
    return new Builder(id, generation, kind, started);
  }

  /** Returns a builder that holds what this value holds. */
  public Builder toBuilder() {
    Builder builder = new Builder(id, generation, kind, started);
    builder.ended = ended;
    builder.status = status;
    builder.counts = counts;
    builder.detail = detail;
    return builder;
  }

  /** Returns the entry's id, which the store gives; ids grow. */
  public long id() {
    return id;
  }

  /** Returns the generation that the run filled. */
  public long generation() {
    return generation;
  }

  /** Returns what the run does. */
  public RunKind kind() {
    return kind;
  }

  /** Returns when the run began. */
  public Instant started() {
    return started;
  }

  /**
   * Returns when the run ended. It is empty while the run is under way, and after a kill of its
   * process until the next run begins.
   */
  public Optional<Instant> ended() {
    return ended;
  }

  /** Returns how the run ended. */
  public Status status() {
    return status;
  }

  /** Returns what the run did. */
  public RunCounts counts() {
    return counts;
  }

  /**
   * Returns why the run failed, without message text or credentials, or the name of what cancelled
   * it; empty otherwise.
   */
  public String detail() {
    return detail;
  }

  /** Returns this entry, closed. */
  public RunRecord end(Instant at, Status status, RunCounts counts, String detail) {
    return toBuilder().ended(Optional.of(at)).status(status).counts(counts).detail(detail).build();
  }

  private Map<String, Object> components() {
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("id", id);
    components.put("generation", generation);
    components.put("kind", kind);
    components.put("started", started);
    components.put("ended", ended);
    components.put("status", status);
    components.put("counts", counts);
    components.put("detail", detail);
    return components;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RunRecord that && components().equals(that.components());
  }

  @Override
  public int hashCode() {
    return components().hashCode();
  }

  @Override
  public String toString() {
    return "RunRecord" + components();
  }

  /** Collects the components of a value. */
  public static final class Builder {
    private final long id;
    private final long generation;
    private final RunKind kind;
    private final Instant started;
    private Optional<Instant> ended = Optional.empty();
    private Status status = Status.RUNNING;
    private RunCounts counts = RunCounts.NONE;
    private String detail = "";

    private Builder(long id, long generation, RunKind kind, Instant started) {
      this.id = id;
      this.generation = generation;
      this.kind = kind;
      this.started = started;
    }

    /** Sets when the run ended; empty unless set. */
    public Builder ended(Optional<Instant> ended) {
      this.ended = ended;
      return this;
    }

    /** Sets how the run ended; RUNNING unless set. */
    public Builder status(Status status) {
      this.status = status;
      return this;
    }

    /** Sets what the run did; nothing unless set. */
    public Builder counts(RunCounts counts) {
      this.counts = counts;
      return this;
    }

    /** Sets why the run failed or was cancelled; empty unless set. */
    public Builder detail(String detail) {
      this.detail = detail;
      return this;
    }

    /** Returns the value. */
    public RunRecord build() {
      return new RunRecord(this);
    }
  }
}
