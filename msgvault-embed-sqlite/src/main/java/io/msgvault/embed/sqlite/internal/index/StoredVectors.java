package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.support.VectorMath;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The vectors of one message as two blobs, little-endian.
 *
 * @param spans each chunk's start and end as 32-bit integers, and its vector's Euclidean length as
 *     a 64-bit float. With the length, a similarity takes one dot product.
 * @param vectors the components as 32-bit floats
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredVectors(byte[] spans, byte[] vectors) {
  private static final int SPAN = 2 * Integer.BYTES + Double.BYTES;
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  static StoredVectors of(MessageVectors message, int dimension) {
    int chunks = message.chunks().size();
    byte[] spans = new byte[chunks * SPAN];
    ByteBuffer span = buffer(spans);
    byte[] vectors = new byte[chunks * dimension * Float.BYTES];
    FloatBuffer components = buffer(vectors).asFloatBuffer();
    for (ChunkVector chunk : message.chunks()) {
      span.putInt(chunk.start()).putInt(chunk.end()).putDouble(VectorMath.norm(chunk.vector()));
      components.put(chunk.vector());
    }
    return new StoredVectors(spans, vectors);
  }

  int chunks() {
    return spans.length / SPAN;
  }

  int start(int chunk) {
    return buffer(spans).getInt(chunk * SPAN);
  }

  int end(int chunk) {
    return buffer(spans).getInt(chunk * SPAN + Integer.BYTES);
  }

  List<ChunkVector> toChunks(int dimension) {
    List<ChunkVector> chunks = new ArrayList<>(chunks());
    for (int chunk = 0; chunk < chunks(); chunk++) {
      float[] vector = new float[dimension];
      buffer(vectors)
          .position(chunk * dimension * Float.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(vector);
      chunks.add(new ChunkVector(start(chunk), end(chunk), vector));
    }
    return chunks;
  }

  /**
   * Returns the cosine similarity of a chunk and a query. It is rounded to a float, so that vectors
   * of the same direction tie whatever their lengths.
   *
   * @param unit the query, scaled to length 1
   */
  float similarity(int chunk, double[] unit) {
    double length = buffer(spans).getDouble(chunk * SPAN + 2 * Integer.BYTES);
    double cosine = dot(unit, vectors, chunk * unit.length * Float.BYTES) / length;
    return (float) Math.max(-1, Math.min(1, cosine));
  }

  /** Returns a vector scaled to length 1, in double precision. */
  static double[] unit(float[] vector) {
    double length = VectorMath.norm(vector);
    double[] unit = new double[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = vector[i] / length;
    }
    return unit;
  }

  /**
   * Returns the dot product with a stored vector, as {@link VectorMath#dot} does, but without a
   * copy of the vector.
   */
  private static double dot(double[] unit, byte[] vectors, int from) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    int at = from;
    for (; i + 8 <= unit.length; i += 8, at += 8 * Float.BYTES) {
      s0 += unit[i] * (float) FLOATS.get(vectors, at);
      s1 += unit[i + 1] * (float) FLOATS.get(vectors, at + 4);
      s2 += unit[i + 2] * (float) FLOATS.get(vectors, at + 8);
      s3 += unit[i + 3] * (float) FLOATS.get(vectors, at + 12);
      s4 += unit[i + 4] * (float) FLOATS.get(vectors, at + 16);
      s5 += unit[i + 5] * (float) FLOATS.get(vectors, at + 20);
      s6 += unit[i + 6] * (float) FLOATS.get(vectors, at + 24);
      s7 += unit[i + 7] * (float) FLOATS.get(vectors, at + 28);
    }
    for (; i < unit.length; i++, at += Float.BYTES) {
      s0 += unit[i] * (float) FLOATS.get(vectors, at);
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
