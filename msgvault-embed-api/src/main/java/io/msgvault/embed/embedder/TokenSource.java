package io.msgvault.embed.embedder;

/** Tells where a number of tokens comes from, and so how far it can be trusted. */
public enum TokenSource {
  /** The model or its server has reported the number, as for a bill. */
  REPORTED,
  /** The {@linkplain Embedder#tokenCounter token counter} of the embedder has counted the texts. */
  COUNTED,
  /** Nobody counts: the number is one for every four bytes of the text in UTF-8. */
  ESTIMATED
}
