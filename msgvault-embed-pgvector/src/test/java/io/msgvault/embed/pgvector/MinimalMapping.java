package io.msgvault.embed.pgvector;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveMessage.Content;
import io.msgvault.embed.memory.ArchiveMessage.Metadata;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.testkit.Capability;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** Maps a table with only a key and a text. */
final class MinimalMapping extends TestMapping {
  MinimalMapping() {
    super("BARE", ArchiveMapping.builder("notes", "id").text("note").build(), List.of("notes"));
  }

  @Override
  String statements() {
    return "CREATE TABLE notes (id bigint PRIMARY KEY, note text)";
  }

  @Override
  ArchiveMessage asStored(ArchiveMessage message) {
    return new ArchiveMessage(new Content("", message.content().text(), ""), Metadata.of("", ""));
  }

  @Override
  Set<Capability> unsupported() {
    return Set.of(Capability.NUL_CHARACTERS, Capability.SOFT_DELETION);
  }

  @Override
  Map<String, List<String>> rawWrites() {
    Map<String, List<String>> writes = new LinkedHashMap<>();
    writes.put("UPDATE", List.of("UPDATE notes SET note = note || '!' WHERE id = :id"));
    writes.put("UPDATE with the same text", List.of("UPDATE notes SET note = note WHERE id = :id"));
    writes.put(
        "UPDATE from NULL to the empty text",
        List.of("UPDATE notes SET note = coalesce(note, '') WHERE id = :id"));
    writes.put(
        "upsert",
        List.of(
            """
            INSERT INTO notes VALUES (:id, 'upserted')
            ON CONFLICT (id) DO UPDATE SET note = excluded.note\
            """));
    writes.put(
        "deletion and insertion",
        List.of(
            "DELETE FROM notes WHERE id = :id",
            "INSERT INTO notes VALUES (:id, 'inserted ' || gen_random_uuid())"));
    writes.put("UPDATE of the revision", List.of("UPDATE notes SET embed_rev = 1 WHERE id = :id"));
    return writes;
  }

  @Override
  Map<String, List<String>> rawRemovals() {
    Map<String, List<String>> removals = new LinkedHashMap<>();
    removals.put("DELETE", List.of("DELETE FROM notes WHERE id = :id"));
    removals.put("UPDATE of the id", List.of("UPDATE notes SET id = id + 1000000 WHERE id = :id"));
    return removals;
  }

  @Override
  ArchiveWriter writer(Handle handle) {
    return new Writer(handle);
  }

  private record Writer(Handle handle) implements ArchiveWriter {
    @Override
    public void insert(long id, ArchiveMessage message) {
      handle.execute("INSERT INTO notes VALUES (?, ?)", id, orNull(message.content().text()));
    }

    @Override
    public void edit(long id, Content content) {
      requireOneRow(
          handle.execute("UPDATE notes SET note = ? WHERE id = ?", orNull(content.text()), id));
    }

    @Override
    public void updateMetadata(long id, Metadata metadata) {
      requireOneRow(handle.execute("UPDATE notes SET id = id WHERE id = ?", id));
    }

    @Override
    public void delete(long id) {
      throw new UnsupportedOperationException("the table has no mark of deletion");
    }

    @Override
    public void restore(long id) {
      throw new UnsupportedOperationException("the table has no mark of deletion");
    }

    @Override
    public void purge(long id) {
      requireOneRow(handle.execute("DELETE FROM notes WHERE id = ?", id));
    }

    @Override
    public void atomically(Consumer<ArchiveWriter> work) {
      work.accept(this);
    }
  }
}
