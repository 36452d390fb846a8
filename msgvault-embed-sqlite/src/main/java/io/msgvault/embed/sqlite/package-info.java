/**
 * A message store and a vector store on SQLite files.
 *
 * <p>Read {@link io.msgvault.embed.sqlite.SqliteMessageStore} and {@link
 * io.msgvault.embed.sqlite.SqliteVectorStore} first. {@link io.msgvault.embed.sqlite.SqliteArchive}
 * is for archives that have no tables yet.
 *
 * <h2>The archive</h2>
 *
 * <p>{@link io.msgvault.embed.sqlite.SqliteArchive} writes messages into the bundled tables. Any
 * other SQLite client may write them too. Triggers keep the contract for all writers: they take
 * revisions from a counter in the archive, with random low bits. In the statement that changes a
 * message, they also clear its stamp.
 *
 * <p>The archive can also be tables of the host: {@code SqliteMessageStore.install} adds to them
 * what the store needs, and {@code uninstall} removes it again.
 *
 * <p>{@link io.msgvault.embed.sqlite.SqliteMessageStore} finds work by seeking. A partial index
 * holds the live messages by type, source and stamp, and within one such group by id. An archive of
 * any size has few groups. A scan skips from one group to the next, takes those that need work, and
 * merges their beginnings.
 *
 * <p>Triggers also record each message that stops being live, in the table {@code embed_removed}.
 * They use ordinary tables and functions only, so every client of SQLite can write.
 *
 * <h2>The vectors</h2>
 *
 * <p>{@link io.msgvault.embed.sqlite.SqliteVectorStore} keeps each generation in a table of its
 * own, with one row for each message under the message's id. A row holds the vectors of all chunks
 * as little-endian 32-bit floats. The vectors may be in the archive's file. In a file of their own
 * they can be left out of backups, because they are derived data.
 *
 * <h2>The files</h2>
 *
 * <p>Files are in WAL mode, so that readers and the one writer do not wait for each other. A store
 * holds one connection for writing and a few for reading, and starts no thread. The file of the
 * vectors is flushed at each commit, so that no power cut removes vectors whose stamps it leaves.
 * {@code openReadOnly} writes nothing, neither to the file nor beside it. The table {@code
 * embed_ledger} records the versions of a file's schemas. {@code install} brings them up to date in
 * one transaction.
 */
@NullMarked
package io.msgvault.embed.sqlite;

import org.jspecify.annotations.NullMarked;
