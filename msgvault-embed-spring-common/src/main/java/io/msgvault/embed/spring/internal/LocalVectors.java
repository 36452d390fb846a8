package io.msgvault.embed.spring.internal;

import io.msgvault.embed.spring.EmbedProperties;
import io.msgvault.embed.store.VectorStore;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The vector store in the host's database or file. It is no {@code VectorStore} bean itself, since
 * only its ledger is used where a cluster has the vectors.
 *
 * @param store the store, with its ledger
 */
record LocalVectors(VectorStore store) {
  /** Joins the ledger with the vectors of a cluster, if there is one. */
  VectorStore joinedWith(ObjectProvider<ClusterVectors> cluster, EmbedProperties properties) {
    ClusterVectors found = cluster.getIfAvailable();
    if (found != null) {
      return VectorStore.of(store, found.index());
    }
    if (!properties.opensearch().nodes().isEmpty()) {
      throw MissingParts.opensearch();
    }
    return store;
  }
}
