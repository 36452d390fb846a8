package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.sqlite.internal.codes.BinaryCode;
import io.msgvault.embed.sqlite.internal.codes.Rotation;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageVectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * One message with its vectors and their codes. It is built before the transaction begins, so that
 * other writers only wait for the writing.
 *
 * @param codes the codes of its chunks, one after the other
 */
@SuppressWarnings("ArrayRecordComponent") // rows are not compared
public record VectorRow(
    long messageId, long revision, String digest, StoredVectors stored, byte[] codes) {
  /** Returns one row for each message, in their order. */
  public static List<VectorRow> of(
      Collection<MessageVectors> messages, int dimension, Rotation rotation) {
    List<float[]> vectors = new ArrayList<>(messages.size());
    for (MessageVectors message : messages) {
      for (ChunkVector chunk : message.chunks()) {
        vectors.add(chunk.vector());
      }
    }
    Iterator<BinaryCode> codes = BinaryCode.of(vectors, rotation).iterator();
    List<VectorRow> rows = new ArrayList<>(messages.size());
    for (MessageVectors message : messages) {
      int chunks = message.chunks().size();
      ByteBuffer own = ByteBuffer.allocate(chunks * BinaryCode.bytes(rotation));
      for (int chunk = 0; chunk < chunks; chunk++) {
        codes.next().write(own);
      }
      rows.add(
          new VectorRow(
              message.messageId(),
              message.revision(),
              message.textDigest(),
              StoredVectors.of(message, dimension),
              own.array()));
    }
    return rows;
  }
}
