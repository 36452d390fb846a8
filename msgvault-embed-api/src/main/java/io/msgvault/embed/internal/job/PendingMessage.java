package io.msgvault.embed.internal.job;

import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.text.Chunk;
import java.util.ArrayList;
import java.util.List;

/**
 * A message on its way through a sweep: settled once each chunk has its vector, or at the first
 * that is refused. Confined to the run's thread.
 */
final class PendingMessage {
  final long id;
  final List<Chunk> chunks;
  private final long revision;
  private final String digest;
  private final float[][] vectors;
  private int openChunks;
  private boolean finished;
  private Stamp.Outcome outcome = new Stamp.Embedded();

  PendingMessage(Message message, String digest, List<Chunk> chunks) {
    this.id = message.id();
    this.revision = message.revision();
    this.digest = digest;
    this.chunks = chunks;
    this.vectors = new float[chunks.size()][];
    this.openChunks = chunks.size();
  }

  /** Takes a chunk's vector; whether the document is settled by it. */
  boolean addVector(int chunk, float[] vector) {
    vectors[chunk] = vector;
    openChunks--;
    return openChunks == 0 && settle(new Stamp.Embedded());
  }

  /** Ends the way of the document; false if it had ended before. */
  boolean settle(Stamp.Outcome outcome) {
    if (!finish()) {
      return false;
    }
    this.outcome = outcome;
    return true;
  }

  /** Ends the way of the document without an outcome; false if it had ended before. */
  boolean finish() {
    boolean first = !finished;
    finished = true;
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
