package io.msgvault.embed.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what a run did. Every count starts at 0. */
public final class RunCounts {
  /** The counts of a run that did nothing. */
  public static final RunCounts NONE = builder().build();

  private final long scanned;
  private final long embedded;
  private final long blank;
  private final long rejected;
  private final long missed;
  private final long failed;
  private final long reused;
  private final long chunks;
  private final long requests;
  private final long retries;
  private final long tokens;
  private final long unstamped;
  private final long orphans;

  private RunCounts(Builder builder) {
    scanned = builder.scanned;
    embedded = builder.embedded;
    blank = builder.blank;
    rejected = builder.rejected;
    missed = builder.missed;
    failed = builder.failed;
    reused = builder.reused;
    chunks = builder.chunks;
    requests = builder.requests;
    retries = builder.retries;
    tokens = builder.tokens;
    unstamped = builder.unstamped;
    orphans = builder.orphans;
  }

  /** Returns a builder whose counts are 0. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that holds what this value holds. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.scanned = scanned;
    builder.embedded = embedded;
    builder.blank = blank;
    builder.rejected = rejected;
    builder.missed = missed;
    builder.failed = failed;
    builder.reused = reused;
    builder.chunks = chunks;
    builder.requests = requests;
    builder.retries = retries;
    builder.tokens = tokens;
    builder.unstamped = unstamped;
    builder.orphans = orphans;
    return builder;
  }

  /** Returns the number of messages read because they needed work. */
  public long scanned() {
    return scanned;
  }

  /** Returns the number of messages stamped as embedded. */
  public long embedded() {
    return embedded;
  }

  /** Returns the number of messages stamped as blank. */
  public long blank() {
    return blank;
  }

  /** Returns the number of messages stamped as rejected. */
  public long rejected() {
    return rejected;
  }

  /**
   * Returns the number of messages not stamped because their text changed during the run. This run
   * finds them if it sweeps once more before it activates, or else the next one does.
   */
  public long missed() {
    return missed;
  }

  /**
   * Returns the number of messages given up in this run after repeated transient failures of their
   * own; they still need work.
   */
  public long failed() {
    return failed;
  }

  /**
   * Returns how many of the embedded messages kept their vectors, because their prepared text had
   * not changed.
   */
  public long reused() {
    return reused;
  }

  /** Returns the number of vectors written. */
  public long chunks() {
    return chunks;
  }

  /** Returns the number of calls of the embedder. */
  public long requests() {
    return requests;
  }

  /** Returns the number of calls of the embedder that repeated a failed one. */
  public long retries() {
    return retries;
  }

  /**
   * Returns the number of tokens in the requests that were answered, where the embedder reports or
   * counts them; otherwise an estimate. See {@link io.msgvault.embed.embedder.TokenSource}.
   */
  public long tokens() {
    return tokens;
  }

  /**
   * Returns the number of stamps that the backstop took back because their vectors were lost or
   * stale.
   */
  public long unstamped() {
    return unstamped;
  }

  /**
   * Returns the number of messages whose vectors the backstop deleted because they are gone from
   * the archive or its scope.
   */
  public long orphans() {
    return orphans;
  }

  private Map<String, Object> components() {
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("scanned", scanned);
    components.put("embedded", embedded);
    components.put("blank", blank);
    components.put("rejected", rejected);
    components.put("missed", missed);
    components.put("failed", failed);
    components.put("reused", reused);
    components.put("chunks", chunks);
    components.put("requests", requests);
    components.put("retries", retries);
    components.put("tokens", tokens);
    components.put("unstamped", unstamped);
    components.put("orphans", orphans);
    return components;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RunCounts that && components().equals(that.components());
  }

  @Override
  public int hashCode() {
    return components().hashCode();
  }

  @Override
  public String toString() {
    return "RunCounts" + components();
  }

  /** Collects the components of a value. */
  public static final class Builder {
    private long scanned = 0;
    private long embedded = 0;
    private long blank = 0;
    private long rejected = 0;
    private long missed = 0;
    private long failed = 0;
    private long reused = 0;
    private long chunks = 0;
    private long requests = 0;
    private long retries = 0;
    private long tokens = 0;
    private long unstamped = 0;
    private long orphans = 0;

    private Builder() {}

    /** Sets {@link RunCounts#scanned}. */
    public Builder scanned(long scanned) {
      this.scanned = scanned;
      return this;
    }

    /** Sets {@link RunCounts#embedded}. */
    public Builder embedded(long embedded) {
      this.embedded = embedded;
      return this;
    }

    /** Sets {@link RunCounts#blank}. */
    public Builder blank(long blank) {
      this.blank = blank;
      return this;
    }

    /** Sets {@link RunCounts#rejected}. */
    public Builder rejected(long rejected) {
      this.rejected = rejected;
      return this;
    }

    /** Sets {@link RunCounts#missed}. */
    public Builder missed(long missed) {
      this.missed = missed;
      return this;
    }

    /** Sets {@link RunCounts#failed}. */
    public Builder failed(long failed) {
      this.failed = failed;
      return this;
    }

    /** Sets {@link RunCounts#reused}. */
    public Builder reused(long reused) {
      this.reused = reused;
      return this;
    }

    /** Sets {@link RunCounts#chunks}. */
    public Builder chunks(long chunks) {
      this.chunks = chunks;
      return this;
    }

    /** Sets {@link RunCounts#requests}. */
    public Builder requests(long requests) {
      this.requests = requests;
      return this;
    }

    /** Sets {@link RunCounts#retries}. */
    public Builder retries(long retries) {
      this.retries = retries;
      return this;
    }

    /** Sets {@link RunCounts#tokens}. */
    public Builder tokens(long tokens) {
      this.tokens = tokens;
      return this;
    }

    /** Sets {@link RunCounts#unstamped}. */
    public Builder unstamped(long unstamped) {
      this.unstamped = unstamped;
      return this;
    }

    /** Sets {@link RunCounts#orphans}. */
    public Builder orphans(long orphans) {
      this.orphans = orphans;
      return this;
    }

    /** Returns the value. */
    public RunCounts build() {
      return new RunCounts(this);
    }
  }
}
