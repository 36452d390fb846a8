package io.msgvault.embed.sqlite;

import io.msgvault.embed.ChunkVector;
import io.msgvault.embed.MessageVectors;
import java.nio.ByteBuffer;

/**
 * One message as it is written: its vectors and their codes, made before the transaction begins, so
 * that others wait for the writing alone.
 *
 * @param codes the codes of its chunks, one behind the other
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record VectorRow(long messageId, long revision, String digest, StoredVectors stored, byte[] codes) {
  static VectorRow of(MessageVectors message, int dimension, Rotation rotation) {
    ByteBuffer codes = ByteBuffer.allocate(message.chunks().size() * BinaryCode.bytes(rotation));
    for (ChunkVector chunk : message.chunks()) {
      BinaryCode.of(chunk.vector(), rotation).write(codes);
    }
    return new VectorRow(
        message.messageId(),
        message.revision(),
        message.textDigest(),
        StoredVectors.of(message, dimension),
        codes.array());
  }
}
