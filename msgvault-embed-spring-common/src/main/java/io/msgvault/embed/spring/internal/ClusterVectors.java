package io.msgvault.embed.spring.internal;

import io.msgvault.embed.store.VectorIndex;

/**
 * The vectors on a cluster. It is no {@code VectorIndex} bean, since every vector store is one.
 *
 * @param index the vectors
 */
record ClusterVectors(VectorIndex index) {}
