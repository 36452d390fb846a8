package io.msgvault.embed.opensearch;

import java.util.Locale;

/** Names what searches the vectors of an index in the cluster. */
public enum Engine {
  /** Lucene, which is a part of every cluster. It compresses vectors 4 times at most. */
  LUCENE,
  /** Faiss, whose native library comes with the plugin. It compresses vectors up to 32 times. */
  FAISS;

  /** Returns the name by which the cluster knows it. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
