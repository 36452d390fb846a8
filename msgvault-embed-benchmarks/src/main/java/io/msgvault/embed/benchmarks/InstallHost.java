package io.msgvault.embed.benchmarks;

/** A host's own table of messages, which is in use while the library is installed over it. */
interface InstallHost extends AutoCloseable {
  /** Returns the name of the database. */
  String name();

  /** Inserts one message, in a transaction of its own. */
  void write();

  /** Reads one message. */
  void read();

  /** Installs a message store over the table. */
  void install();

  /** Returns how many messages a store that is installed counts as live. */
  long live();

  /** Returns how many messages the table has. */
  long messages();

  @Override
  void close();
}
