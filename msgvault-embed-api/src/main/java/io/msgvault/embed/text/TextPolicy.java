package io.msgvault.embed.text;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of a message's text is embedded, and how it is cut.
 *
 * <p>The policy is part of a generation's fingerprint, by its {@link #id()}: vectors made under
 * different policies are not mixed. Start from {@link #standard()} and change what differs:
 *
 * <pre>{@code
 * TextPolicy policy = TextPolicy.standard().without(Step.QUOTED_REPLIES).withMaxChunks(16);
 * }</pre>
 *
 * @param steps the cleaning steps that are applied, in the order in which {@link Step} declares
 *     them; the set iterates in that order and cannot be modified
 * @param maxBodyCharacters how much of the plain text, and how much of the HTML, is read, in UTF-16
 *     code units; what is beyond is ignored, before any step; at least 1
 * @param chunkTokens the most tokens of a chunk where the embedder can count them, without special
 *     tokens and prefixes; at least 16; the model's own limit applies as well
 * @param chunkCharacters the most UTF-16 code units of a chunk where tokens cannot be counted; at
 *     least 16
 * @param overlapPercent how much of a chunk's end, at most, is repeated at the start of the next
 *     one, in percent of the chunk; from 0 to 50
 * @param maxChunks the most chunks of one message; text after the last one is not embedded; at
 *     least 1
 */
public record TextPolicy(
    Set<Step> steps,
    int maxBodyCharacters,
    int chunkTokens,
    int chunkCharacters,
    int overlapPercent,
    int maxChunks) {

  /**
   * A cleaning step over the body of a message. The steps are applied in the order of their
   * declaration. Each leaves alone what it does not recognise.
   */
  public enum Step {
    /**
     * Where a message has no plain text, its HTML is rendered as text: block elements become lines,
     * invisible elements vanish, links keep their text and lose their address, and a quotation
     * ({@code blockquote}) becomes lines that begin with {@code "> "}. Behind the first 20,000
     * tags, more than any page for people has, tags are taken for spaces, which bounds the memory
     * it takes. Without this step the source of the HTML is used as it stands.
     */
    HTML,
    /** {@code data:} URIs are removed. */
    DATA_URIS,
    /**
     * Encoded bytes are removed: base64 of 60 or more characters, on one line or in a block of
     * lines; uuencoded files; PEM and OpenPGP armour.
     */
    ENCODED_BYTES,
    /** Parameters that only tell advertisers who clicked are removed from URLs. */
    TRACKING_PARAMETERS,
    /**
     * What a reply repeats of the message it answers is removed, along with the line that names its
     * author. Text of the sender's own between quotations stays. So does everything in a message
     * whose subject says that it is forwarded, or below a line that says so, and a body that would
     * have no text of its own left: there the quotation is what was sent.
     */
    QUOTED_REPLIES,
    /** Signatures and the footers of mailing lists and mail programs are removed from the end. */
    SIGNATURES,
    /**
     * Spaces and line breaks are collapsed: one space between words, one blank line between
     * paragraphs, none around lines. Control characters and invisible characters are removed, but
     * for joiners inside words and emoji.
     */
    WHITE_SPACE
  }

  /**
   * The version of the rules that the steps and the {@link Chunker} follow. It rises whenever the
   * prepared text or the chunks of some message change under an otherwise equal policy.
   */
  public static final int VERSION = 1;

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
   * Returns the policy that suits most archives and the common small models, which take 256 tokens:
   * every step; 500,000 characters of a body; chunks of 256 tokens or 1,000 characters that overlap
   * by at most 10 percent; at most 64 chunks.
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
   * Returns this policy with another limit on what is read of a body.
   *
   * @param characters the limit in UTF-16 code units, at least 1
   * @return the changed policy
   * @throws IllegalArgumentException if the limit is out of range
   */
  public TextPolicy withMaxBodyCharacters(int characters) {
    return new TextPolicy(
        steps, characters, chunkTokens, chunkCharacters, overlapPercent, maxChunks);
  }

  /**
   * Returns this policy with another size of chunks where tokens are counted.
   *
   * @param tokens the most tokens of a chunk, at least 16
   * @return the changed policy
   * @throws IllegalArgumentException if the size is out of range
   */
  public TextPolicy withChunkTokens(int tokens) {
    return new TextPolicy(
        steps, maxBodyCharacters, tokens, chunkCharacters, overlapPercent, maxChunks);
  }

  /**
   * Returns this policy with another size of chunks where tokens cannot be counted.
   *
   * @param characters the most UTF-16 code units of a chunk, at least 16
   * @return the changed policy
   * @throws IllegalArgumentException if the size is out of range
   */
  public TextPolicy withChunkCharacters(int characters) {
    return new TextPolicy(
        steps, maxBodyCharacters, chunkTokens, characters, overlapPercent, maxChunks);
  }

  /**
   * Returns this policy with another overlap of neighbouring chunks.
   *
   * @param percent the most of a chunk that is repeated, from 0 to 50 percent
   * @return the changed policy
   * @throws IllegalArgumentException if the overlap is out of range
   */
  public TextPolicy withOverlapPercent(int percent) {
    return new TextPolicy(
        steps, maxBodyCharacters, chunkTokens, chunkCharacters, percent, maxChunks);
  }

  /**
   * Returns this policy with another limit on the chunks of one message.
   *
   * @param chunks the most chunks, at least 1
   * @return the changed policy
   * @throws IllegalArgumentException if the limit is out of range
   */
  public TextPolicy withMaxChunks(int chunks) {
    return new TextPolicy(
        steps, maxBodyCharacters, chunkTokens, chunkCharacters, overlapPercent, chunks);
  }

  /**
   * Returns the policy as one line of ASCII, for fingerprints. Policies have the same id exactly if
   * they are equal and of the same {@link #VERSION}; then they give the same prepared text for
   * every message, and the same chunks for every message and model. It is stable across releases.
   * An example:
   *
   * <pre>{@code
   * text-1;steps=html,white-space;body=500000;tokens=256;characters=1000;overlap=10;chunks=64
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
