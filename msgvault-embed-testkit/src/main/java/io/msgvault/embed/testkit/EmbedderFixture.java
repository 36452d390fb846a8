package io.msgvault.embed.testkit;

import io.msgvault.embed.embedder.Embedder;

/**
 * An embedder as the kit sees it. The author of an embedder writes one of these for {@link
 * io.msgvault.embed.testkit.suite.EmbedderConformance}.
 */
public interface EmbedderFixture extends AutoCloseable {
  /**
   * Opens an embedder that works. All that are opened are of the same model. The kit closes each.
   */
  Embedder open();

  /**
   * A text that the embedder {@linkplain io.msgvault.embed.embedder.RejectedInputException
   * refuses}.
   */
  default String refusedText() {
    throw Capability.REFUSED_TEXTS.notProvided();
  }

  /**
   * Opens an embedder that fails {@linkplain io.msgvault.embed.embedder.TransientEmbedderException
   * for now}.
   */
  default Embedder openFailing() {
    throw Capability.TRANSIENT_FAILURES.notProvided();
  }

  /**
   * Opens an embedder that {@linkplain io.msgvault.embed.embedder.EmbedderUnavailableException
   * can't work as it is set up}.
   */
  default Embedder openMisconfigured() {
    throw Capability.MISCONFIGURATION.notProvided();
  }

  /** Releases the resources of the fixture. */
  @Override
  default void close() {}
}
