package io.msgvault.embed.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.zip.GZIPInputStream;

/** What came back for a request, without the compression that a proxy may put on it unasked. */
final class HttpReply {
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;
  private final boolean truncated;

  /** An answer of which at most so many bytes are taken. */
  HttpReply(HttpResponse<LimitedBodySubscriber> response, int limit) {
    this.status = response.statusCode();
    this.headers = response.headers();
    String coding = headers.firstValue("Content-Encoding").orElse("identity");
    byte[] bytes = response.body().bytes();
    boolean longer = response.body().isTruncated();
    if (coding.equalsIgnoreCase("gzip")) {
      try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        bytes = plain.readNBytes(limit);
        longer |= plain.read() >= 0;
      } catch (IOException notGzip) {
        // It can't be read: no answer at all, which the reader of the body reports.
        bytes = new byte[0];
      }
    }
    this.body = bytes;
    this.truncated = longer;
  }

  /** The HTTP status. */
  int status() {
    return status;
  }

  boolean isSuccess() {
    return status / 100 == 2;
  }

  HttpHeaders headers() {
    return headers;
  }

  /** The body, or its beginning, or nothing if it can't be decompressed. Not a copy. */
  byte[] body() {
    return body;
  }

  /** Whether there was more of the body. */
  boolean isTruncated() {
    return truncated;
  }
}
