package io.msgvault.embed.cli;

import io.msgvault.embed.MessageStore;
import io.msgvault.embed.VectorStore;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** The two stores of an archive, and what the commands need besides. */
interface Backend extends AutoCloseable {
  /** What became of a mail that was to be stored. */
  enum Put {
    /** It is new. */
    ADDED,
    /** It was there with another text or other labels. */
    CHANGED,
    /** It was there. */
    UNCHANGED
  }

  MessageStore messages();

  VectorStore vectors();

  /**
   * Stores mails, in as few transactions as may be. One that is there already is made as it comes
   * in now, where its text or its labels differ; one that was deleted stays deleted.
   *
   * @return what became of each, in their order
   */
  List<Put> store(List<IncomingMail> mails);

  /** What is known of live messages, by id ascending. */
  List<Envelope> envelopes(Collection<Long> ids);

  @Override
  void close();

  /**
   * Opens an archive for writing, and makes it where there is none.
   *
   * @param db the file
   */
  static Backend create(String db) {
    return SqliteBackend.create(Path.of(db));
  }

  /** Opens an archive that is there, for writing. */
  static Backend open(String db) {
    return SqliteBackend.open(Path.of(db));
  }

  /** Opens an archive that is there, for reading. */
  static Backend openReadOnly(String db) {
    return SqliteBackend.openReadOnly(Path.of(db));
  }
}
