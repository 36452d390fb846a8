/** A message store, a vector store and an archive on SQLite files. */
module io.msgvault.embed.sqlite {
  requires transitive io.msgvault.embed.api;
  requires transitive java.sql;
  // Jdbi needs it, but has no module descriptor that could say so.
  requires io.leangen.geantyref;
  requires org.jdbi.v3.core;
  requires org.jdbi.v3.sqlobject;
  requires org.xerial.sqlitejdbc;

  exports io.msgvault.embed.sqlite;

  // Jdbi implements the SQL objects and fills the records of their rows.
  opens io.msgvault.embed.sqlite.internal.archive;
  opens io.msgvault.embed.sqlite.internal.db;
  opens io.msgvault.embed.sqlite.internal.index;
}
