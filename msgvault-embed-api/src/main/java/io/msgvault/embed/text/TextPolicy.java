package io.msgvault.embed.text;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sets which text of a message is embedded, and how it is cut.
 *
 * <p>The {@link #id()} of the policy is part of a generation's fingerprint, so that vectors of
 * different policies are never mixed. Start from {@link #standard()} and change what differs:
 *
 * <pre>{@code
 * TextPolicy policy = TextPolicy.standard().without(Step.QUOTED_REPLIES).withMaxChunks(16);
 * }</pre>
 *
 * @param steps the cleaning steps, applied in the order of {@link Step}; the set iterates in that
 *     order and cannot be modified
 * @param maxBodyCharacters the maximum number of UTF-16 code units that are read of the plain text,
 *     and of the HTML; at least 1. The rest is ignored before any step
 * @param chunkTokens the maximum number of tokens in a chunk if the embedder can count them,
 *     without special tokens and prefixes; at least 16. The model's own limit applies as well
 * @param chunkCharacters the maximum number of UTF-16 code units in a chunk if tokens cannot be
 *     counted; at least 16
 * @param overlapPercent the maximum part of a chunk that is repeated at the start of the next one,
 *     from 0 to 50 percent
 * @param maxChunks the maximum number of chunks in a message; text after the last one is not
 *     embedded; at least 1
 */
public record TextPolicy(
    Set<Step> steps,
    int maxBodyCharacters,
    int chunkTokens,
    int chunkCharacters,
    int overlapPercent,
    int maxChunks) {

  /**
   * Names a cleaning step for the body of a message. The steps are applied in the order of their
   * declaration. A step leaves all text alone that it does not recognize.
   */
  public enum Step {
    /**
     * Renders the HTML of a message without plain text. Block elements become lines. Elements that
     * the page or a {@code style} attribute hides are removed. Links keep their text and lose their
     * address; pictures become their alternative text. A {@code blockquote} that quotes another
     * message becomes lines that begin with {@code "> "}; one that only indents is text. Tags after
     * the first 20,000 become spaces, which bounds the memory; pages for people have fewer. Without
     * this step the source of the HTML is used as it is.
     */
    HTML,
    /** Removes {@code data:} URIs. */
    DATA_URIS,
    /**
     * Removes encoded bytes: base64 of 60 or more characters, on one line or in a block of lines;
     * uuencoded files; PEM and OpenPGP armour.
     */
    ENCODED_BYTES,
    /** Removes the parameters of URLs that only track clicks. */
    TRACKING_PARAMETERS,
    /**
     * Removes the parts of a reply that repeat the message it answers, with the line that names
     * that message's author. The sender's own text between quotations stays. Quotations stay too:
     *
     * <ul>
     *   <li>if the subject marks a forwarded message;
     *   <li>if the sender may have answered between the lines of a message without quotation marks;
     *   <li>below a line that marks a forwarded message;
     *   <li>if nothing else would be left of the body, because then the quotation is the message.
     * </ul>
     */
    QUOTED_REPLIES,
    /**
     * Removes signatures and the footers of mailing lists and mail programs from the end. A
     * quotation or a section is never part of them.
     */
    SIGNATURES,
    /**
     * Collapses spaces and line breaks: one space between words, one blank line between paragraphs,
     * none around lines. Removes control characters and invisible characters, except joiners inside
     * words and emoji.
     */
    WHITE_SPACE
  }

  /**
   * The version of the rules of the steps and of the {@link Chunker}. It is raised whenever an
   * otherwise equal policy would give another prepared text or other chunks for some message.
   */
  public static final int VERSION = 2;

  /**
   * Checks the ranges of the components.
   *
   * @throws IllegalArgumentException if a number is out of its range
   */
  public TextPolicy {
    EnumSet<Step> ordered = EnumSet.noneOf(Step.class);
    ordered.addAll(steps);
    steps = Collections.unmodifiableSet(ordered);
    requireRange("maxBodyCharacters", maxBodyCharacters, 1, Integer.MAX_VALUE);
    requireRange("chunkTokens", chunkTokens, 16, Integer.MAX_VALUE);
    requireRange("chunkCharacters", chunkCharacters, 16, Integer.MAX_VALUE);
    requireRange("overlapPercent", overlapPercent, 0, 50);
    requireRange("maxChunks", maxChunks, 1, Integer.MAX_VALUE);
  }

  /**
   * Returns the policy for most archives and for the common small models, which take 256 tokens. It
   * has every step and reads 500,000 characters of a body. A message has at most 64 chunks of 256
   * tokens or 1,000 characters, which overlap by at most 10 percent.
   *
   * @return the standard policy
   */
  public static TextPolicy standard() {
    return new TextPolicy(EnumSet.allOf(Step.class), 500_000, 256, 1_000, 10, 64);
  }

  /**
   * Returns this policy with a step added.
   *
   * @param step the step to apply
   * @return the changed policy
   */
  public TextPolicy with(Step step) {
    EnumSet<Step> changed = EnumSet.of(step);
    changed.addAll(steps);
    return withSteps(changed);
  }

  /**
   * Returns this policy with a step left out.
   *
   * @param step the step not to apply
   * @return the changed policy
   */
  public TextPolicy without(Step step) {
    EnumSet<Step> changed = EnumSet.complementOf(EnumSet.of(step));
    changed.retainAll(steps);
    return withSteps(changed);
  }

  private TextPolicy withSteps(Set<Step> changed) {
    return new TextPolicy(
        changed, maxBodyCharacters, chunkTokens, chunkCharacters, overlapPercent, maxChunks);
  }

  /**
   * Returns this policy with another limit on the body.
   *
   * @param maxBodyCharacters the maximum number of UTF-16 code units, at least 1
   * @return the changed policy
   * @throws IllegalArgumentException if the limit is out of range
   */
  public TextPolicy withMaxBodyCharacters(int maxBodyCharacters) {
    return new TextPolicy(
        steps, maxBodyCharacters, chunkTokens, chunkCharacters, overlapPercent, maxChunks);
  }

  /**
   * Returns this policy with another size of chunks in tokens.
   *
   * @param chunkTokens the maximum number of tokens in a chunk, at least 16
   * @return the changed policy
   * @throws IllegalArgumentException if the size is out of range
   */
  public TextPolicy withChunkTokens(int chunkTokens) {
    return new TextPolicy(
        steps, maxBodyCharacters, chunkTokens, chunkCharacters, overlapPercent, maxChunks);
  }

  /**
   * Returns this policy with another size of chunks in characters.
   *
   * @param chunkCharacters the maximum number of UTF-16 code units in a chunk, at least 16
   * @return the changed policy
   * @throws IllegalArgumentException if the size is out of range
   */
  public TextPolicy withChunkCharacters(int chunkCharacters) {
    return new TextPolicy(
        steps, maxBodyCharacters, chunkTokens, chunkCharacters, overlapPercent, maxChunks);
  }

  /**
   * Returns this policy with another overlap of neighbouring chunks.
   *
   * @param overlapPercent the maximum part of a chunk that is repeated, from 0 to 50 percent
   * @return the changed policy
   * @throws IllegalArgumentException if the overlap is out of range
   */
  public TextPolicy withOverlapPercent(int overlapPercent) {
    return new TextPolicy(
        steps, maxBodyCharacters, chunkTokens, chunkCharacters, overlapPercent, maxChunks);
  }

  /**
   * Returns this policy with another limit on the chunks of a message.
   *
   * @param maxChunks the maximum number of chunks, at least 1
   * @return the changed policy
   * @throws IllegalArgumentException if the limit is out of range
   */
  public TextPolicy withMaxChunks(int maxChunks) {
    return new TextPolicy(
        steps, maxBodyCharacters, chunkTokens, chunkCharacters, overlapPercent, maxChunks);
  }

  /**
   * Returns the policy as one line of ASCII, for fingerprints. Two policies have the same id
   * exactly if they and their {@link #VERSION} are equal. Then they give the same prepared text for
   * every message, and the same chunks for every message and model. The id is stable across
   * releases. An example:
   *
   * <pre>{@code
   * text-2;steps=html,white-space;body=500000;tokens=256;characters=1000;overlap=10;chunks=64
   * }</pre>
   *
   * @return the version and all settings, without white space
   */
  public String id() {
    String names =
        steps.stream()
            .map(step -> step.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .collect(Collectors.joining(","));
    return "text-"
        + VERSION
        + (";steps=" + names)
        + (";body=" + maxBodyCharacters)
        + (";tokens=" + chunkTokens)
        + (";characters=" + chunkCharacters)
        + (";overlap=" + overlapPercent)
        + (";chunks=" + maxChunks);
  }

  private static void requireRange(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d, but must be from %d to %d".formatted(name, value, min, max));
    }
  }
}
