package io.msgvault.embed.sqlite.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.sqlite.TempFolder;
import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.codes.CodeScan;
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

  /** More bits than a code has. */
  private static final int FARTHEST = 1_000;

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
   * Two readers share an index. One has loaded the codes and searches them. The other reads a
   * mixture meanwhile: the log of changes as it is, and codes from before a message was there.
   */
  @Test
  void voidReadTakesNothingFromOthers() {
    try (TempFolder folder = TempFolder.create()) {
      Path file = folder.file("vectors.db");
      upsert(file, 1);
      CodeIndex index = new CodeIndex(new Rotation(VECTOR.length), ScanHelpers.NONE);
      AtomicBoolean first = new AtomicBoolean(true);
      try (Database reader = Database.openReadOnly(new SqliteConnections(file), Schema.VECTORS);
          Database other = Database.openReadOnly(new SqliteConnections(file), Schema.VECTORS)) {
        boolean unused =
            reader.read(
                session -> {
                  CodeTable table = new CodeTable(session, 1);
                  table.readAll((id, codes) -> {});
                  if (first.getAndSet(false)) {
                    upsert(file, 2);
                    CodeScan begun = scanOf(other, index);
                    upsert(file, 2);
                    index.refresh(table);
                    assertEquals(2, found(begun));
                    assertEquals(2, found(index.scan(VECTOR)));
                  }
                  return true;
                });
        assertEquals(2, found(scanOf(other, index)));
      }
    }
  }

  /** The rows that replace those of a message come too late for a scan that has begun. */
  @Test
  void messageReplacedDuringScanIsFound() {
    try (TempFolder folder = TempFolder.create()) {
      Path file = folder.file("vectors.db");
      upsert(file, 1);
      CodeIndex index = new CodeIndex(new Rotation(VECTOR.length), ScanHelpers.NONE);
      try (Database reader = Database.openReadOnly(new SqliteConnections(file), Schema.VECTORS)) {
        CodeScan begun = scanOf(reader, index);
        upsert(file, 1);
        CodeScan later = scanOf(reader, index);
        assertEquals(1, found(begun));
        assertEquals(1, found(later));
      }
    }
  }

  private static CodeScan scanOf(Database reader, CodeIndex index) {
    return reader.read(
        session -> {
          index.refresh(new CodeTable(session, 1));
          return index.scan(VECTOR);
        });
  }

  private static int found(CodeScan scan) {
    return scan.next(FARTHEST, -1).size();
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
                  return found(index.scan(VECTOR));
                });
        assertEquals(2, found);
      }
    }
  }
}
