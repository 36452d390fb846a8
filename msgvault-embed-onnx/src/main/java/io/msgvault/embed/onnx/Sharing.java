package io.msgvault.embed.onnx;

/** Which texts may share a run of a model. None of these changes the vector of a text. */
enum Sharing {
  /** None: another text would change the vector, or the model takes one text. */
  NONE,
  /** Texts of the same length: the model would read padding as tokens. */
  EQUAL_LENGTHS,
  /** Texts of similar length: shorter ones are padded, and a mask hides that. */
  PADDED,
  /** All texts: the model reads them one behind the other. */
  PACKED
}
