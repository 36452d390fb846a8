package io.msgvault.embed.cli.mail;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * Reads the content of a CMS message that is signed and holds what it signs (RFC 5652), as opaque
 * S/MIME does. The signature is not checked.
 *
 * <p>The message is a tree of elements, each with a tag, a length and a value, in BER. Writers that
 * stream use elements without a length, which end with an element of two zeros, and divide the
 * content into pieces. Only the way to the content is read:
 *
 * <pre>
 * SEQUENCE
 *   OBJECT IDENTIFIER signedData
 *   [0]
 *     SEQUENCE
 *       INTEGER             version
 *       SET                 digest algorithms
 *       SEQUENCE
 *         OBJECT IDENTIFIER data
 *         [0]
 *           OCTET STRING    the content, or pieces of it
 * </pre>
 */
final class SignedContent extends InputStream {
  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int TAGGED = 0xa0;
  private static final int CONSTRUCTED = 0x20;

  /** The identifier 1.2.840.113549.1.7.2. */
  private static final byte[] SIGNED_DATA = {
    0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x07, 0x02
  };

  private static final int MAX_DEPTH = 20;
  private static final long UNKNOWN = -1;

  private final InputStream in;
  private long position;
  private long length;

  /** The ends of the open pieces that consist of pieces; {@link #UNKNOWN} if two zeros end one. */
  private final Deque<Long> ends = new ArrayDeque<>();

  private long remaining;
  private boolean cutShort;

  private SignedContent(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** Opens the content; empty if the stream is another message, such as an encrypted one. */
  static Optional<SignedContent> open(InputStream in) {
    SignedContent content = new SignedContent(in);
    try {
      return content.descend() ? Optional.of(content) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private boolean descend() throws IOException {
    if (tag() != SEQUENCE
        || tag() != OBJECT_IDENTIFIER
        || !Arrays.equals(in.readNBytes((int) Math.min(length, 64)), SIGNED_DATA)
        || tag() != TAGGED
        || tag() != SEQUENCE
        || tag() != INTEGER) {
      return false;
    }
    skipValue(0);
    if (tag() != SET) {
      return false;
    }
    skipValue(0);
    if (tag() != SEQUENCE || tag() != OBJECT_IDENTIFIER) {
      return false;
    }
    skipValue(0);
    return tag() == TAGGED && openPiece(tag());
  }

  /** Opens a piece of the content; returns false if the element is none. */
  private boolean openPiece(int tag) {
    if (tag == OCTETS) {
      remaining = length;
      return true;
    }
    if (tag != (OCTETS | CONSTRUCTED) || ends.size() == MAX_DEPTH) {
      return false;
    }
    ends.push(length == UNKNOWN ? UNKNOWN : position + length);
    return true;
  }

  /** Returns whether the message ended before its content did. */
  boolean isCutShort() {
    return cutShort;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int count) throws IOException {
    try {
      return readPieces(target, from, count);
    } catch (EOFException e) { // what has been read is kept
      cutShort = true;
      remaining = 0;
      ends.clear();
      return -1;
    }
  }

  private int readPieces(byte[] target, int from, int count) throws IOException {
    while (remaining == 0) {
      if (!nextPiece()) {
        return -1;
      }
    }
    int read = in.read(target, from, (int) Math.min(count, remaining));
    if (read < 0) {
      throw new EOFException("the signed content is cut off");
    }
    remaining -= read;
    position += read;
    return read;
  }

  private boolean nextPiece() throws IOException {
    while (!ends.isEmpty() && ends.getFirst() == position) {
      ends.pop();
    }
    if (ends.isEmpty()) {
      return false;
    }
    int tag = tag();
    if (tag == 0 && ends.getFirst() == UNKNOWN) {
      ends.pop();
      return true;
    }
    return openPiece(tag);
  }

  /** Reads a tag and the length of its value. */
  private int tag() throws IOException {
    int tag = octet();
    int first = octet();
    length = first;
    if (first == 0x80) {
      length = UNKNOWN;
    } else if (first > 0x80) {
      length = 0;
      for (int i = first & 0x7f; i > 0; i--) {
        length = length << 8 | octet();
        if (length > MailParser.MAX_BYTES) {
          throw new IOException("an element is longer than a mail may be");
        }
      }
    }
    return tag;
  }

  private void skipValue(int depth) throws IOException {
    if (length != UNKNOWN) {
      in.skipNBytes(length);
      position += length;
    } else if (depth == MAX_DEPTH) {
      throw new IOException("elements are nested too deeply");
    } else {
      while (tag() != 0) {
        skipValue(depth + 1);
      }
    }
  }

  private int octet() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException("the message is cut off");
    }
    position++;
    return octet;
  }
}
