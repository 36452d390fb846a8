package io.msgvault.embed;

/**
 * Says how far a {@link VectorCopy} is. Each phase compares the messages of a generation from the
 * first to the last, and copies what is missing on the way.
 *
 * @param generation the generation
 * @param phase whether runs may work on the generation meanwhile
 * @param compared the messages that the phase has looked at
 * @param messages the messages that the source had when the call began
 * @param copied the messages that this call has copied, over all generations
 */
public record VectorCopyProgress(
    long generation, Phase phase, long compared, long messages, long copied) {
  /** Whether runs may work on the generation. */
  public enum Phase {
    /** Most of the copy, while runs go on to fill the source. */
    COPY,
    /** The rest of the copy, which holds the lease of the generation. Usually it is short. */
    FINISH
  }
}
