package io.msgvault.embed.sqlite.internal.archive;

import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The one row of the table {@code embed_archive}: identity, mapping and counters. */
public interface ArchiveRowDao {
  @SqlQuery("SELECT archive_id FROM embed_archive")
  String archiveId();

  /** Returns the highest generation id that was handed out. */
  @SqlQuery("SELECT generation FROM embed_archive")
  long generation();

  @SqlUpdate("UPDATE embed_archive SET generation = :generation")
  void setGeneration(long generation);

  /** Returns the highest revision that was handed out. */
  @SqlQuery("SELECT revision FROM embed_archive")
  long revision();

  @SqlUpdate("UPDATE embed_archive SET revision = revision + 1")
  void nextRevision();

  /** Returns the description of the installed mapping. */
  @SqlQuery("SELECT mapping FROM embed_archive")
  String mapping();

  @SqlUpdate("UPDATE embed_archive SET mapping = :mapping")
  void setMapping(String mapping);

  @SqlUpdate(
      """
      UPDATE embed_archive
         SET archive_id = :archiveId, generation = :generation, revision = :revision
      """)
  void restore(String archiveId, long generation, long revision);
}
