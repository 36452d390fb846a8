package io.msgvault.embed.internal.job;

import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.text.Chunk;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in progress. It is settled once each chunk has its vector, or once a chunk is rejected.
 * Confined to the run's thread.
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

  /** Records a chunk's vector; returns whether this settles the message. */
  boolean addVector(int chunk, float[] vector) {
    vectors[chunk] = vector;
    openChunks--;
    return openChunks == 0 && settle(new Stamp.Embedded());
  }

  /** Settles the message with an outcome; returns false if it was finished before. */
  boolean settle(Stamp.Outcome outcome) {
    if (!finish()) {
      return false;
    }
    this.outcome = outcome;
    return true;
  }

  /** Finishes the message without an outcome; returns false if it was finished before. */
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
    List<ChunkVector> chunkVectors = new ArrayList<>(chunks.size());
    for (int i = 0; i < chunks.size(); i++) {
      chunkVectors.add(new ChunkVector(chunks.get(i).start(), chunks.get(i).end(), vectors[i]));
    }
    return new MessageVectors(id, revision, digest, chunkVectors);
  }
}
