package io.msgvault.embed.cli.mcp;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * Holds back the end of the input until every request has its answer: the SDK drops what is under
 * way when the input ends, and a script that pipes its requests would miss the last answers.
 */
final class Exchanges {
  private static final long PATIENCE_MILLIS = 30_000;

  private final CountDownLatch ended = new CountDownLatch(1);
  private int open;

  /** Waits for the end of the input. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Ends the wait. */
  void end() {
    ended.countDown();
  }

  private synchronized void asked() {
    open++;
  }

  private synchronized void answered() {
    open--;
    notifyAll();
  }

  private synchronized void awaitAnswers() {
    long deadline = System.nanoTime() / 1_000_000 + PATIENCE_MILLIS;
    try {
      for (long left = PATIENCE_MILLIS; open > 0 && left > 0; ) {
        wait(left);
        left = deadline - System.nanoTime() / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Wraps the input, and counts the requests in it: each is a line with a method and an id. */
  InputStream input(InputStream in) {
    return new FilterInputStream(in) {
      private final StringBuilder line = new StringBuilder();

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count < 0) {
          awaitAnswers();
          end();
          return count;
        }
        for (char c :
            new String(buffer, offset, count, StandardCharsets.ISO_8859_1).toCharArray()) {
          if (c == '\n') {
            countRequest();
          } else {
            line.append(c);
          }
        }
        return count;
      }

      private void countRequest() {
        if (line.indexOf("\"method\"") >= 0 && line.indexOf("\"id\"") >= 0) {
          asked();
        }
        line.setLength(0);
      }
    };
  }

  /** Wraps the output, and counts the answers: each is a line. */
  OutputStream output(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] buffer, int offset, int length) throws IOException {
        out.write(buffer, offset, length);
        out.flush();
        for (int i = offset; i < offset + length; i++) {
          if (buffer[i] == '\n') {
            answered();
          }
        }
      }

      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }
    };
  }
}
