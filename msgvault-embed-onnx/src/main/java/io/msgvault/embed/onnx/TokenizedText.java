package io.msgvault.embed.onnx;

/**
 * A text as the model takes it: the ids of its tokens, the added ones included, and their types.
 */
final class TokenizedText {
  final long[] ids;
  final long[] types;

  TokenizedText(long[] ids, long[] types) {
    this.ids = ids;
    this.types = types;
  }

  int length() {
    return ids.length;
  }
}
