package io.msgvault.embed;

import io.msgvault.embed.text.Chunk;
import java.util.ArrayList;
import java.util.List;

/**
 * A message on its way through a sweep: settled once each chunk has its vector, or at the first
 * that is refused. Confined to the run's thread.
 */
final class Document {
  final long id;
  final List<Chunk> chunks;
  private final long revision;
  private final String digest;
  private final float[][] vectors;
  private int open;
  private boolean over;
  private Stamp.Outcome outcome = new Stamp.Embedded();

  Document(Message message, String digest, List<Chunk> chunks) {
    this.id = message.id();
    this.revision = message.revision();
    this.digest = digest;
    this.chunks = chunks;
    this.vectors = new float[chunks.size()][];
    this.open = chunks.size();
  }

  /** Takes a chunk's vector; whether the document is settled by it. */
  boolean embedded(int chunk, float[] vector) {
    vectors[chunk] = vector;
    open--;
    return open == 0 && settle(new Stamp.Embedded());
  }

  /** Ends the way of the document; false if it had ended before. */
  boolean settle(Stamp.Outcome how) {
    if (!leave()) {
      return false;
    }
    outcome = how;
    return true;
  }

  /** Ends the way of the document without an outcome; false if it had ended before. */
  boolean leave() {
    boolean first = !over;
    over = true;
    return first;
  }

  Stamp.Outcome outcome() {
    return outcome;
  }

  boolean isEmbedded() {
    return outcome instanceof Stamp.Embedded;
  }

  Stamp stamp() {
    return new Stamp(id, revision, outcome);
  }

  MessageVectors messageVectors() {
    List<ChunkVector> made = new ArrayList<>(chunks.size());
    for (int i = 0; i < chunks.size(); i++) {
      made.add(new ChunkVector(chunks.get(i).start(), chunks.get(i).end(), vectors[i]));
    }
    return new MessageVectors(id, revision, digest, made);
  }
}
