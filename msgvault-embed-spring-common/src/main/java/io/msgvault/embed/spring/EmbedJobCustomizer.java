package io.msgvault.embed.spring;

import io.msgvault.embed.EmbedJob;

/**
 * Sets what no property sets, before the job is built. Every bean of this type is called, in order.
 */
@FunctionalInterface
public interface EmbedJobCustomizer {
  /** Changes the builder, which has the settings of the properties. */
  void customize(EmbedJob.Builder job);
}
