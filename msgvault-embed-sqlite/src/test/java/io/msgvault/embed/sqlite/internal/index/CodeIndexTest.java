package io.msgvault.embed.sqlite.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.sqlite.TempFolder;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.codes.Rotation;
import io.msgvault.embed.sqlite.internal.codes.ScanHelpers;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageVectors;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Checks the codes that all searches of a process share. */
class CodeIndexTest {
  private static final float[] VECTOR = {1, 2, 3};

  private static void upsert(Path file, long id) {
    try (SqliteVectorStore store = SqliteVectorStore.install(file)) {
      if (store.generations().isEmpty()) {
        store.create(new Fingerprint("model", VECTOR.length, "text", Scope.ALL), 1);
      }
      store.upsert(
          1, List.of(new MessageVectors(id, 1, "digest", List.of(new ChunkVector(0, 1, VECTOR)))));
    }
  }

  /**
   * A reader without locks has the old codes in its cache when the file changes, and reads the log
   * of changes after that. Its own read is void; it must not leave old codes as new to others.
   */
  @Test
  void codesOfVoidReadAreNotKept() {
    try (TempFolder folder = TempFolder.create()) {
      Path file = folder.file("vectors.db");
      upsert(file, 1);
      CodeIndex index = new CodeIndex(new Rotation(VECTOR.length), ScanHelpers.NONE);
      AtomicBoolean first = new AtomicBoolean(true);
      try (Database reader = Database.openReadOnly(new SqliteConnections(file), Schema.VECTORS)) {
        int found =
            reader.read(
                session -> {
                  CodeTable table = new CodeTable(session, 1);
                  table.readAll((id, codes) -> {});
                  if (first.getAndSet(false)) {
                    upsert(file, 2);
                  }
                  index.refresh(table);
                  return index.scan(VECTOR).next(Integer.MAX_VALUE, -1).size();
                });
        assertEquals(2, found);
      }
    }
  }
}
