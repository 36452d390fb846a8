package io.msgvault.embed.search.retrieval;

/** Says how much of a found message is read. */
public sealed interface TextExtent {
  /** Reads the passage that matched best. */
  static TextExtent passage() {
    return new Passage(0);
  }

  /**
   * Reads the passage that matched best, and what is around it.
   *
   * @param characters the maximum that is added on each side, in UTF-16 code units, at least 0;
   *     what is added ends between words
   */
  static TextExtent around(int characters) {
    return new Passage(characters);
  }

  /**
   * Reads the message from its subject on, with quoted replies and signatures.
   *
   * @param characters the maximum length, in UTF-16 code units, at least 1; a longer text ends
   *     between words
   */
  static TextExtent message(int characters) {
    return new Whole(characters);
  }

  /**
   * The passage, and up to so many code units on each side.
   *
   * @param around the maximum on each side, at least 0
   */
  record Passage(int around) implements TextExtent {
    /** Checks the range. */
    public Passage {
      if (around < 0) {
        throw new IllegalArgumentException("around must be at least 0, but is " + around);
      }
    }
  }

  /**
   * The message, up to so many code units.
   *
   * @param characters the maximum length, at least 1
   */
  record Whole(int characters) implements TextExtent {
    /** Checks the range. */
    public Whole {
      if (characters < 1) {
        throw new IllegalArgumentException("characters must be at least 1, but is " + characters);
      }
    }
  }
}
