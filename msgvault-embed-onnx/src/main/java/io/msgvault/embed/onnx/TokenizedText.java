package io.msgvault.embed.onnx;

/** The input of a model for one text: the ids of its tokens, including special ones, and types. */
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
