package io.msgvault.embed.internal.job;

import java.util.List;

/** A batch of texts that is sent to the embedder, again after a transient failure. */
final class EmbedRequest {
  /** What the result of a request tells. */
  enum Kind {
    /** Texts of messages. */
    TEXTS,
    /** A text that is known to be good, alone. A refusal shows that the embedder is at fault. */
    GOOD,
    /** A text that failed alone, once more. */
    SUSPECT
  }

  final Kind kind;
  final List<PendingText> texts;
  final long successesBefore;
  int attempts;

  /** The number under which it was last sent; 0 if it was not sent yet. */
  long lastId;

  /**
   * Creates a request.
   *
   * @param successesBefore how many requests of the sweep had succeeded by now
   * @param attempts how many failures already count against it
   */
  EmbedRequest(Kind kind, List<PendingText> texts, long successesBefore, int attempts) {
    this.kind = kind;
    this.texts = List.copyOf(texts);
    this.successesBefore = successesBefore;
    this.attempts = attempts;
  }

  /** Returns both halves of a batch that failed, each with the failures that count against it. */
  List<EmbedRequest> halves(long successesBefore, int attempts) {
    int middle = texts.size() / 2;
    return List.of(
        new EmbedRequest(kind, texts.subList(0, middle), successesBefore, attempts),
        new EmbedRequest(kind, texts.subList(middle, texts.size()), successesBefore, attempts));
  }

  /** Returns how many tokens its texts have. */
  long tokens(TokenMeter meter) {
    return texts.stream().mapToLong(text -> text.tokens(meter)).sum();
  }

  /** Returns the only text. */
  PendingText text() {
    return texts.get(0);
  }
}
