package io.msgvault.embed.store;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IncompleteCoverageException;

/** Decides in {@link GenerationLedger#activate} whether a generation covers enough to serve. */
@FunctionalInterface
public interface CoverageCheck {
  /** Accepts any coverage. The life cycle is checked in any case. */
  CoverageCheck NONE = generation -> {};

  /**
   * Returns a check that requires full coverage. Nothing in the generation's scope may be missing,
   * and an empty scope may not replace an index that serves (EJ-8).
   */
  static CoverageCheck complete(MessageStore messages, GenerationLedger ledger) {
    return generation -> {
      Coverage coverage = messages.coverage(generation.id(), generation.fingerprint().scope());
      boolean emptyReplacement = coverage.live() == 0 && ledger.active().isPresent();
      if (!coverage.complete() || emptyReplacement) {
        throw new IncompleteCoverageException(generation.id(), coverage);
      }
    };
  }

  /**
   * Requires that the generation may be activated.
   *
   * @throws IncompleteCoverageException if it may not
   */
  void require(Generation generation);
}
