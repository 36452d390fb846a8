package io.msgvault.embed.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.zip.GZIPInputStream;

/** Holds the reply to a request, decompressed, since a proxy may compress it unasked. */
final class HttpReply {
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;
  private final boolean truncated;

  /** Decompresses a reply, up to a limit of bytes. */
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
      } catch (IOException e) {
        // It is not gzip. The reader of the body reports the empty body.
        bytes = new byte[0];
      }
    }
    this.body = bytes;
    this.truncated = longer;
  }

  /** Returns the HTTP status. */
  int status() {
    return status;
  }

  boolean isSuccess() {
    return status / 100 == 2;
  }

  HttpHeaders headers() {
    return headers;
  }

  /** Returns the body or its beginning; it is empty if it can't be decompressed. Not a copy. */
  byte[] body() {
    return body;
  }

  /** Returns whether the body was longer than the limit. */
  boolean isTruncated() {
    return truncated;
  }
}
