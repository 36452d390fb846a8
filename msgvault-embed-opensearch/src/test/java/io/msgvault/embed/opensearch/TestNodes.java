package io.msgvault.embed.opensearch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of a cluster that {@code dev/opensearch run --nodes 3} has started. */
final class TestNodes {
  private static final String VARIABLE = "MSGVAULT_TEST_OPENSEARCH_DIR";

  private final Path folder;
  private final Cluster cluster;

  TestNodes() {
    String value = System.getenv(VARIABLE);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(VARIABLE + " is not set: run this by dev/soak cluster");
    }
    folder = Path.of(value);
    cluster = new Cluster(TestCluster.transport(TestCluster.url()), "the test");
  }

  /** Returns the number of the node that is elected. */
  int elected() {
    Json nodes = cluster.requireOk(cluster.send("GET", "/_cat/cluster_manager?format=json")).body();
    String name = nodes.list().get(0).get("node").text().orElseThrow();
    return Integer.parseInt(name.substring("node-".length()));
  }

  /** Returns the number of primary shards of an index that a node has. */
  long primaries(String index, int node) {
    return cluster
        .requireOk(cluster.send("GET", "/_cat/shards/" + index + "?format=json"))
        .body()
        .list()
        .stream()
        .filter(shard -> shard.get("prirep").text().orElse("").equals("p"))
        .filter(shard -> shard.get("node").text().orElse("").equals("node-" + node))
        .count();
  }

  /** Returns how many nodes the cluster has. */
  long count() {
    Cluster.Answer answer = cluster.send("GET", "/_cluster/health");
    return answer.isOk() ? answer.body().get("number_of_nodes").asLong() : 0;
  }

  /** Kills a node. Its files stay. */
  void crash(int node) {
    script("crash", String.valueOf(node), folder.toString());
  }

  /** Starts the nodes that do not run, and waits until every shard has all of its copies. */
  void start() {
    script("start", folder.toString());
  }

  /** Stops a node in the middle of what it does, as if it were cut off from the network. */
  void freeze(int node) {
    signal("STOP", node);
  }

  /** Lets a frozen node go on. */
  void thaw(int node) {
    signal("CONT", node);
  }

  private void signal(String name, int node) {
    try {
      String process = Files.readString(folder.resolve("node-" + node).resolve("process")).strip();
      run(List.of("kill", "-" + name, process));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void script(String... arguments) {
    File script = new File("dev/opensearch");
    if (!script.exists()) {
      script = new File("../dev/opensearch"); // Maven runs tests in the folder of the module
    }
    List<String> command = new ArrayList<>(List.of(script.getPath()));
    command.addAll(List.of(arguments));
    run(command);
  }

  private static void run(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.environment().remove("MSGVAULT_TEST_OPENSEARCH_URL");
    try {
      int status = builder.start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(command + " ended with " + status);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
