package io.msgvault.embed.spring.tests;

import io.msgvault.embed.opensearch.OpenSearchTransport;
import io.msgvault.embed.opensearch.OpenSearchVectorIndex;
import io.msgvault.embed.opensearch.OpenSearchWordIndex;
import java.net.URI;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/**
 * Indexes of the cluster that {@code dev/opensearch run} provides, under a prefix of their own.
 * Without a cluster the tests that need it are skipped, but not on a build server.
 */
final class TestCluster {
  private static final String VARIABLE = "MSGVAULT_TEST_OPENSEARCH_URL";

  private final String prefix = "msgvault-test-" + UUID.randomUUID();

  static String urls() {
    String urls = System.getenv(VARIABLE);
    if (urls != null) {
      return urls;
    }
    String remedy = VARIABLE + " is not set: run the tests by dev/opensearch run mvn verify";
    if (System.getenv("CI") != null) {
      throw new IllegalStateException(remedy);
    }
    return Assumptions.abort(remedy);
  }

  static OpenSearchTransport transport() {
    return OpenSearchTransport.http(
            Arrays.stream(urls().split(",")).map(URI::create).toArray(URI[]::new))
        .build();
  }

  /** Returns the properties of an application with vectors and words on the cluster. */
  String[] properties() {
    return new String[] {
      "msgvault.embed.opensearch.nodes=" + urls(),
      "msgvault.embed.opensearch.prefix=" + prefix,
      "msgvault.embed.opensearch.replicas=0"
    };
  }

  /** Deletes the indexes of the prefix and of the archives below it. */
  void remove(String... archives) {
    for (String archive : archives) {
      remove(prefix + "_" + archive);
    }
    remove(prefix);
  }

  private static void remove(String prefix) {
    OpenSearchVectorIndex.builder(transport(), prefix).uninstall();
    OpenSearchWordIndex.builder(transport(), prefix).uninstall();
  }
}
