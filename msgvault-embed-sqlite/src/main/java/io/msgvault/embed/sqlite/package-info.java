/**
 * A message store and a vector store on SQLite files.
 *
 * <h2>The archive</h2>
 *
 * <p>{@link io.msgvault.embed.sqlite.SqliteArchive} writes messages into a schema of its own; any
 * other SQLite client may write them, too. Triggers keep the contract for all of them: they draw
 * revisions from a counter in the archive and clear the stamp of what changes, in the very
 * statement that changes it.
 *
 * <p>The archive can also be tables of the host: {@code SqliteMessageStore.install} adds to them
 * what the store needs, and {@code uninstall} removes it again.
 *
 * <p>{@link io.msgvault.embed.sqlite.SqliteMessageStore} finds work by seeking. A partial index
 * holds the live messages by type, source and stamp, and within one such group by id. There are few
 * groups, however many the messages; a scan skips from one to the next, takes those that need work,
 * and merges their beginnings.
 *
 * <p>Keyword search asks an FTS5 index of the live messages' words, {@code embed_words}, which
 * triggers keep too. So whoever writes to the archive needs FTS5, which nearly every build of
 * SQLite has.
 *
 * <h2>The vectors</h2>
 *
 * <p>{@link io.msgvault.embed.sqlite.SqliteVectorStore} keeps each generation in a table of its
 * own, one row for each message, under the message's id, with the vectors of all its chunks as
 * little-endian 32-bit floats. The file may be the archive's; in one of its own, it can be left out
 * of backups, since it can be made again.
 *
 * <h2>The files</h2>
 *
 * <p>Files are in WAL mode: readers and the one writer don't wait for each other. A store holds one
 * connection for writing and a few for reading, and starts no thread. The vectors' file is flushed
 * at each commit, so that no power cut takes back vectors whose stamps it leaves. What {@code
 * openReadOnly} opens is not written, nor is anything beside it. A table {@code embed_ledger} says
 * which versions of the schemas a file has; opening for writing brings it up to date in one
 * transaction.
 */
@NullMarked
package io.msgvault.embed.sqlite;

import org.jspecify.annotations.NullMarked;
