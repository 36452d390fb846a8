package io.msgvault.embed.opensearch;

import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** The cluster that MSGVAULT_TEST_OPENSEARCH_URL names. Without it, tests fail: none is skipped. */
final class TestCluster {
  private static final String VARIABLE = "MSGVAULT_TEST_OPENSEARCH_URL";
  private static final OpenSearchTransport TRANSPORT = transport(url());

  private TestCluster() {}

  /** Returns the addresses of the nodes, separated by commas. */
  static String url() {
    String url = System.getenv(VARIABLE);
    if (url == null || url.isBlank()) {
      throw new IllegalStateException(
          VARIABLE + " is not set: run the tests by dev/opensearch run");
    }
    return url;
  }

  static OpenSearchTransport transport(String url) {
    return OpenSearchTransport.http(
            Arrays.stream(url.split(",")).map(URI::create).toArray(URI[]::new))
        .build();
  }

  static OpenSearchTransport transport() {
    return TRANSPORT;
  }

  /** Returns a prefix of names that nobody has. */
  static String freshPrefix() {
    return "msgvault-test-"
        + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), Character.MAX_RADIX);
  }

  static OpenSearchVectorIndex.Builder vectors(OpenSearchTransport transport, String prefix) {
    return OpenSearchVectorIndex.builder(transport, prefix).replicas(0);
  }

  static OpenSearchWordIndex.Builder words(OpenSearchTransport transport, String prefix) {
    return OpenSearchWordIndex.builder(transport, prefix).replicas(0);
  }
}
