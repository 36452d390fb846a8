package io.msgvault.embed.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks into the files of an index for the words of erased messages. */
class CompactionTest {
  private static final int MESSAGES = 200;

  /** Of a message that is deleted, of one that is replaced, and of a segment that is emptied. */
  private static final List<String> ERASED = List.of("zeppelin", "xylophon", "quokka");

  @TempDir Path folder;
  private Path directory;
  private LuceneWordIndex index;

  @BeforeEach
  void fill() {
    directory = folder.resolve("words");
    index = LuceneWordIndex.install(directory);
    List<MessageWords> batch = new ArrayList<>();
    for (long id = 1; id <= MESSAGES; id++) {
      batch.add(message(id, "tea number" + id));
    }
    batch.set(6, message(7, "tea in a zeppelin"));
    batch.set(7, message(8, "tea and a xylophone"));
    index.upsert(batch);
    index.upsert(List.of(message(900, "a quokka")));
  }

  @AfterEach
  void close() {
    index.close();
  }

  private static MessageWords message(long id, String body) {
    return new MessageWords(id, 1, Map.of(WordField.BODY, body));
  }

  private void erase() {
    index.delete(List.of(7L, 900L));
    index.upsert(List.of(message(8, "tea")));
  }

  private static int count(LuceneWordIndex index, String text) {
    return index.search(WordQuery.parse(text, index.analyzer()), 999).size();
  }

  /** Returns those of the erased words that a file of the directory has. */
  private List<String> found() throws IOException {
    TreeSet<String> found = new TreeSet<>();
    for (Path file : files()) {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      ERASED.stream().filter(content::contains).forEach(found::add);
    }
    return List.copyOf(found);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void noFileHasErasedWord() throws IOException {
    assertEquals(3, found().size(), "the words are not in the files: " + found());
    erase();
    assertTrue(found().containsAll(List.of("xylophon", "zeppelin")), "one merge hides the others");
    index.compact();
    assertEquals(List.of(), found());
    assertEquals(MESSAGES - 1, count(index, "tea"));
    index.verify();
  }

  @Test
  void openReaderKeepsNoFile() throws IOException {
    try (LuceneWordIndex reader = LuceneWordIndex.openReadOnly(directory);
        LuceneWordIndex idle = LuceneWordIndex.open(directory)) {
      assertEquals(1, count(reader, "zeppelin"));
      assertEquals(1, count(idle, "zeppelin"));
      erase();
      assertEquals(0, count(reader, "zeppelin"));
      try {
        index.compact();
      } catch (StoreException openOnWindows) {
        assertFalse(Files.isDirectory(Path.of("/proc/self")), openOnWindows::getMessage);
        assertEquals(0, count(reader, "zeppelin") + count(idle, "zeppelin"));
        index.compact();
      }
      assertEquals(List.of(), found());
      assertEquals(MESSAGES - 1, count(reader, "tea"));
      assertEquals(MESSAGES - 1, count(idle, "tea"));
    }
  }

  @Test
  void indexOfErasedMessagesAloneIsEmptied() throws IOException {
    index.delete(LongStream.rangeClosed(1, 900).boxed().toList());
    index.compact();
    assertEquals(List.of(), found());
    assertEquals(0, index.size());
    index.upsert(List.of(message(1, "tea")));
    assertEquals(1, count(index, "tea"));
  }

  @Test
  void indexWithoutObsoleteWordsStaysAsItIs() throws IOException {
    List<Path> before = files();
    index.compact();
    assertEquals(before, files());
  }

  @Test
  void oldFileThatCannotBeDeletedIsTold() throws IOException {
    Path stuck = Files.createDirectories(directory.resolve("_0.old").resolve("inner"));
    StoreException refused = assertThrows(StoreException.class, index::compact);
    assertTrue(refused.getMessage().contains("_0.old"), refused::getMessage);
    Files.delete(stuck);
    index.compact();
    index.verify();
  }

  @Test
  void readOnlyIndexCannotCompact() {
    try (LuceneWordIndex reader = LuceneWordIndex.openReadOnly(directory)) {
      assertThrows(StoreException.class, reader::compact);
    }
  }
}
