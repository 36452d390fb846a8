package io.msgvault.embed.opensearch;

import java.util.regex.Pattern;

/** Checks names and numbers that a host sets, and deletes indexes by their names. */
final class Names {
  private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_-]{0,59}");

  private Names() {}

  static String requireValid(String prefix) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "a prefix must be 1 to 60 of a-z, 0-9, - and _, a letter first, but is " + prefix);
    }
    return prefix;
  }

  static int requireBetween(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", but is " + value);
    }
    return value;
  }

  /** Deletes the indexes of a pattern, one by one, since clusters may forbid to delete by it. */
  static void deleteAll(Cluster cluster, String pattern) {
    Cluster.Answer answer = cluster.send("GET", "/" + pattern + "/_settings?flat_settings=true");
    if (answer.isMissing()) {
      return;
    }
    for (String index : cluster.requireOk(answer).body().fields().keySet()) {
      Cluster.Answer deletion = cluster.send("DELETE", "/" + index);
      if (!deletion.isMissing()) {
        cluster.requireOk(deletion);
      }
    }
  }
}
