package io.msgvault.embed.cli.mail;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Repairs the line ends of a mail or a mailbox file whose lines end with CR alone, as on old
 * Macintosh computers, or with CR CR LF, as after a conversion too many. The beginning tells; any
 * other text is passed on as it is.
 */
final class LineEnds extends InputStream {
  private static final int SAMPLE = 4096;

  private enum Style {
    UNKNOWN,
    USUAL,
    CR,
    CR_CR_LF
  }

  private final BufferedInputStream in;
  private Style style = Style.UNKNOWN;

  /** Creates a stream; it reads nothing yet. */
  LineEnds(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  @Override
  public int read() throws IOException {
    return style() == Style.USUAL ? in.read() : next();
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (style() == Style.USUAL) {
      return in.read(target, from, length);
    }
    int count = 0;
    for (int c = 0; count < length && (c = next()) >= 0; count++) {
      target[from + count] = (byte) c;
    }
    return count == 0 && length > 0 ? -1 : count;
  }

  private Style style() throws IOException {
    if (style == Style.UNKNOWN) {
      in.mark(SAMPLE);
      style = style(in.readNBytes(SAMPLE));
      in.reset();
    }
    return style;
  }

  private int next() throws IOException {
    int c = in.read();
    if (c != '\r') {
      return c;
    }
    int following = peek();
    while (style == Style.CR_CR_LF && following == '\r') {
      in.read();
      following = peek();
    }
    if (style == Style.CR_CR_LF) {
      return c;
    }
    if (following == '\n') {
      in.read();
    }
    return '\n';
  }

  private int peek() throws IOException {
    in.mark(1);
    int c = in.read();
    in.reset();
    return c;
  }

  private static Style style(byte[] sample) {
    int alone = 0;
    for (int i = 0; i < sample.length; i++) {
      if (sample[i] == '\n') {
        boolean twice = i > 1 && sample[i - 1] == '\r' && sample[i - 2] == '\r';
        return twice ? Style.CR_CR_LF : alone > 1 ? Style.CR : Style.USUAL;
      }
      boolean beforeOther = i + 1 < sample.length && sample[i + 1] > '\r';
      alone += sample[i] == '\r' && beforeOther ? 1 : 0;
    }
    return alone > 0 ? Style.CR : Style.USUAL;
  }
}
