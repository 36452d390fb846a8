package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.store.support.Revisions;
import java.util.OptionalLong;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The one row of the table {@code embed_archive}: identity, mapping and what is counted. */
public interface ArchiveRowDao {
  /** Returns the revision after the latest one, as {@link Revisions} has it. */
  String NEXT_REVISION = "((revision >> 24) + 1 << 24) + (random() & 16777215)";

  @SqlQuery("SELECT archive_id FROM embed_archive{own}")
  String archiveId();

  /** Returns the highest generation id that was handed out. */
  @SqlQuery("SELECT generation FROM embed_archive{own}")
  long generation();

  @SqlUpdate("UPDATE embed_archive{own} SET generation = :generation")
  void setGeneration(long generation);

  /** Returns the highest revision that was handed out. */
  @SqlQuery("SELECT revision FROM embed_archive{own}")
  long revision();

  @SqlUpdate("UPDATE embed_archive{own} SET revision = " + NEXT_REVISION)
  void nextRevision();

  /** Returns the description of the installed mapping. */
  @SqlQuery("SELECT mapping FROM embed_archive{own}")
  String mapping();

  @SqlUpdate("UPDATE embed_archive{own} SET mapping = :mapping")
  void setMapping(String mapping);

  /** Returns the id up to which messages have their stamps; empty once all of them have. */
  @SqlQuery("SELECT filled_to FROM embed_archive{own} WHERE filled_to IS NOT NULL")
  OptionalLong filledTo();

  @SqlUpdate("UPDATE embed_archive{own} SET filled_to = :id")
  void setFilledTo(long id);

  @SqlUpdate("UPDATE embed_archive{own} SET filled_to = NULL")
  void endFilling();
}
