package io.msgvault.embed.internal.job;

/** Names the logger of the engine. Hosts set its level, so it does not change with the classes. */
final class JobLog {
  static final String NAME = "io.msgvault.embed.EmbedJob";

  private JobLog() {}
}
