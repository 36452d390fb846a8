package io.msgvault.embed.store;

import java.util.Objects;

/**
 * The mark that a message is settled for a generation, to be written only if the message still has
 * the revision that was read.
 *
 * @param messageId the message's id, positive
 * @param revision the revision that was read with the content
 * @param outcome how the message was settled
 */
public record Stamp(long messageId, long revision, Outcome outcome) {
  /** Checks the id's range. */
  public Stamp {
    if (messageId <= 0) {
      throw new IllegalArgumentException("an id must be positive, but is " + messageId);
    }
    Objects.requireNonNull(outcome, "outcome");
  }

  /** Says how a message was settled. */
  public sealed interface Outcome permits Embedded, Blank, Rejected {
    /** Returns the name under which a backend stores the outcome; it never changes. */
    String code();
  }

  /** Says that the message's vectors are in the index. */
  public record Embedded() implements Outcome {
    /** The code of this outcome. */
    public static final String CODE = "EMBEDDED";

    @Override
    public String code() {
      return CODE;
    }
  }

  /** Says that the message holds nothing to embed. */
  public record Blank() implements Outcome {
    /** The code of this outcome. */
    public static final String CODE = "BLANK";

    @Override
    public String code() {
      return CODE;
    }
  }

  /**
   * Says that the embedder refuses this very text.
   *
   * @param reason what the embedder said, without message text; at most {@value #MAX_REASON}
   *     characters are kept
   */
  public record Rejected(String reason) implements Outcome {
    /** The code of this outcome. */
    public static final String CODE = "REJECTED";

    /** The most UTF-16 units of a reason that are kept. */
    public static final int MAX_REASON = 500;

    /** Cuts the reason to its bound, never inside a surrogate pair. */
    public Rejected {
      if (reason.length() > MAX_REASON) {
        int end =
            Character.isHighSurrogate(reason.charAt(MAX_REASON - 1)) ? MAX_REASON - 1 : MAX_REASON;
        reason = reason.substring(0, end);
      }
    }

    @Override
    public String code() {
      return CODE;
    }
  }
}
