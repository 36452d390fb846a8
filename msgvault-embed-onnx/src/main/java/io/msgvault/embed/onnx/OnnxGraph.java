package io.msgvault.embed.onnx;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Reads the facts about an ONNX file that the runtime does not report.
 *
 * <p>An ONNX file is one protobuf message. Only a few of its fields matter here. So they are read
 * from the wire format, and all others, such as the weights, are skipped. Field numbers are those
 * of {@code onnx.proto3}.
 *
 * @param operators the types of all operators, including those of nested graphs and functions
 * @param weightFiles the external files with weights, relative to the folder of the ONNX file, in
 *     the order in which the file names them
 */
record OnnxGraph(Set<String> operators, Set<String> weightFiles) {

  static OnnxGraph read(InputStream in) throws IOException {
    ProtobufReader reader = new ProtobufReader(in);
    reader.message(Field.MODEL, Long.MAX_VALUE);
    return new OnnxGraph(reader.operators, reader.weightFiles);
  }

  /**
   * Returns whether activations are quantised during a run. Their scale then comes from the whole
   * batch, so that the vector of a text depends on the other texts.
   */
  boolean quantisesDynamically() {
    return operators.stream()
        .anyMatch(
            operator ->
                operator.startsWith("DynamicQuantize")
                    || operator.startsWith("MatMulInteger")
                    || operator.startsWith("ConvInteger"));
  }

  /** The fields that are read: messages first, then strings. */
  private enum Field {
    MODEL,
    FUNCTION,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    EXTERNAL_DATA,
    OPERATOR,
    KEY,
    VALUE,
    OTHER;

    Field child(int number) {
      return switch (this) {
        case MODEL -> number == 7 ? GRAPH : number == 25 ? FUNCTION : OTHER;
        case FUNCTION -> number == 7 ? NODE : OTHER;
        case GRAPH -> number == 1 ? NODE : number == 5 ? TENSOR : OTHER;
        case NODE -> number == 4 ? OPERATOR : number == 5 ? ATTRIBUTE : OTHER;
        case ATTRIBUTE ->
            switch (number) {
              case 5, 10 -> TENSOR;
              case 6, 11 -> GRAPH;
              default -> OTHER;
            };
        case TENSOR -> number == 13 ? EXTERNAL_DATA : OTHER;
        case EXTERNAL_DATA -> number == 1 ? KEY : number == 2 ? VALUE : OTHER;
        default -> OTHER;
      };
    }
  }

  private static final class ProtobufReader {
    private static final int MAX_STRING_BYTES = 1 << 16;

    /** The runtime gives up at 100. */
    private static final int MAX_DEPTH = 100;

    private final InputStream in;
    private final Set<String> operators = new LinkedHashSet<>();
    private final Set<String> weightFiles = new LinkedHashSet<>();
    private String key = "";
    private long position;
    private int depth;

    ProtobufReader(InputStream in) {
      this.in = in;
    }

    void message(Field message, long end) throws IOException {
      if (++depth > MAX_DEPTH) {
        throw malformed();
      }
      while (position < end) {
        int first = in.read();
        if (first < 0 && message == Field.MODEL) {
          return;
        }
        long tag = varint(first);
        switch ((int) (tag & 7)) {
          case 0 -> varint(in.read());
          case 1 -> skip(8);
          case 2 -> lengthDelimited(message.child((int) (tag >>> 3)), varint(in.read()));
          case 5 -> skip(4);
          default -> throw malformed();
        }
      }
      depth--;
    }

    private void lengthDelimited(Field field, long length) throws IOException {
      if (length < 0) {
        throw malformed();
      }
      switch (field) {
        case OTHER -> skip(length);
        case OPERATOR -> operators.add(string(length));
        case KEY -> key = string(length);
        case VALUE -> {
          String value = string(length);
          if (key.equals("location")) {
            weightFiles.add(value);
          }
        }
        default -> message(field, position + length);
      }
    }

    private long varint(int first) throws IOException {
      long value = 0;
      int next = first;
      for (int shift = 0; shift < 64; shift += 7) {
        if (next < 0) {
          throw new EOFException("it ends at byte " + position);
        }
        position++;
        value |= (next & 0x7FL) << shift;
        if (next < 0x80) {
          return value;
        }
        next = in.read();
      }
      throw malformed();
    }

    private String string(long length) throws IOException {
      if (length > MAX_STRING_BYTES) {
        throw malformed();
      }
      byte[] bytes = in.readNBytes((int) length);
      if (bytes.length < length) {
        throw new EOFException("it ends at byte " + (position + bytes.length));
      }
      position += length;
      return new String(bytes, StandardCharsets.UTF_8);
    }

    private void skip(long length) throws IOException {
      in.skipNBytes(length);
      position += length;
    }

    private IOException malformed() {
      return new IOException("it is not a protobuf message at byte " + position);
    }
  }
}
