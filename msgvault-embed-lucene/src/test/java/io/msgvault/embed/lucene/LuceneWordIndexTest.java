package io.msgvault.embed.lucene;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.text.WordAnalyzer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Tests what only a directory can be: lost, damaged, another program's, open, read-only. */
class LuceneWordIndexTest {
  @TempDir Path folder;
  private Path directory;

  @BeforeEach
  void nameDirectory() {
    directory = folder.resolve("a folder").resolve("wörds");
  }

  private static MessageWords message(long id, String body) {
    return new MessageWords(id, 1, Map.of(WordField.BODY, body));
  }

  private static List<Long> find(LuceneWordIndex index, String text) {
    return index.search(WordQuery.parse(text, index.analyzer()), 99).stream()
        .map(WordHit::messageId)
        .toList();
  }

  /** Makes an index of several segments, with deletions, and closes it. */
  private void fill() {
    try (LuceneWordIndex index = LuceneWordIndex.install(directory)) {
      for (long id = 1; id <= 5; id++) {
        index.upsert(List.of(message(id, "tea number" + id), message(10 + id, "soup")));
      }
      index.delete(List.of(2L));
    }
  }

  @Test
  void missingIndexIsTold() throws IOException {
    List<Executable> openings =
        List.of(
            () -> LuceneWordIndex.open(directory).close(),
            () -> LuceneWordIndex.openReadOnly(directory).close());
    for (Executable opening : openings) {
      NotInstalledException missing = assertThrows(NotInstalledException.class, opening);
      assertTrue(missing.getMessage().contains("LuceneWordIndex.install"), missing.getMessage());
      assertFalse(Files.exists(directory));
    }
    Files.createDirectories(directory);
    for (Executable opening : openings) {
      assertThrows(NotInstalledException.class, opening);
    }
    LuceneWordIndex.install(directory).close();
    for (Executable opening : openings) {
      assertDoesNotThrow(opening);
    }
  }

  @Test
  void lossIsToldWhileAnIndexIsOpen() throws IOException {
    assumeTrue(isLinux(), "open files can be deleted");
    fill();
    try (LuceneWordIndex index = LuceneWordIndex.open(directory)) {
      assertEquals(4, find(index, "tea").size());
      deleteFiles(file -> true);
      Files.delete(directory);
      List<Executable> calls =
          List.of(
              () -> find(index, "tea"),
              index::size,
              index::archive,
              () -> index.entries(0, 9),
              () -> index.bind(UUID.randomUUID()),
              () -> index.delete(List.of(1L)),
              () -> index.upsert(List.of(message(1, "tea"))));
      for (Executable call : calls) {
        assertThrows(NotInstalledException.class, call);
      }
      assertFalse(Files.exists(directory));
      try (LuceneWordIndex anew = LuceneWordIndex.install(directory)) {
        assertEquals(0, anew.size());
        anew.upsert(List.of(message(7, "tea")));
        assertEquals(List.of(7L), find(anew, "tea"));
        assertEquals(List.of(7L), find(index, "tea"));
      }
    }
  }

  @Test
  void lossOfAnyFileIsTold() throws IOException {
    fill();
    for (Path file : dataFiles()) {
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      requireBroken(file + " is missing");
      Files.write(file, content);
    }
  }

  @Test
  void fileThatIsCutShortIsTold() throws IOException {
    fill();
    for (Path file : dataFiles()) {
      byte[] content = Files.readAllBytes(file);
      for (int left : List.of(0, content.length / 2, content.length - 1)) {
        Files.write(file, Arrays.copyOf(content, left));
        requireBroken(file + " is cut to " + left);
      }
      Files.write(file, content);
    }
  }

  @Test
  void changedByteIsTold() throws IOException {
    fill();
    for (Path file : dataFiles()) {
      byte[] content = Files.readAllBytes(file);
      for (int part = 1; part < 8; part++) {
        byte[] changed = content.clone();
        changed[content.length * part / 8] ^= 0x40;
        Files.write(file, changed);
        requireBroken(file + " has another byte");
      }
      Files.write(file, content);
    }
  }

  @Test
  void damagedIndexIsMadeAnew() throws IOException {
    fill();
    Files.write(dataFiles().get(0), new byte[3]);
    requireBroken("a file has three bytes");
    LuceneWordIndex.uninstall(directory);
    assertFalse(Files.exists(directory));
    fill();
    try (LuceneWordIndex index = LuceneWordIndex.open(directory)) {
      index.verify();
      assertEquals(9, index.size());
    }
  }

  private List<Path> dataFiles() throws IOException {
    return files().stream().filter(file -> !file.toString().endsWith(".lock")).toList();
  }

  private void requireBroken(String damage) {
    BrokenIndexException broken =
        assertThrows(
            BrokenIndexException.class,
            () -> {
              try (LuceneWordIndex index = LuceneWordIndex.open(directory)) {
                index.verify();
              }
            },
            damage);
    assertTrue(broken.getMessage().contains("LuceneWordIndex.uninstall"), broken.getMessage());
  }

  @Test
  void lostListOfSegmentsIsNotAnEmptyIndex() throws IOException {
    fill();
    deleteFiles(file -> file.startsWith("segments"));
    assertThrows(BrokenIndexException.class, () -> LuceneWordIndex.install(directory));
    assertThrows(BrokenIndexException.class, () -> LuceneWordIndex.open(directory));
  }

  @Test
  void foreignDirectoryIsRefusedAndKept() throws IOException {
    Files.createDirectories(directory);
    Path letter = Files.writeString(directory.resolve("letter.txt"), "dear");
    for (Executable call :
        List.<Executable>of(
            () -> LuceneWordIndex.install(directory), () -> LuceneWordIndex.uninstall(directory))) {
      assertThrows(BrokenIndexException.class, call);
      assertEquals("dear", Files.readString(letter));
    }
    Files.delete(letter);
    try (Directory foreign = FSDirectory.open(directory);
        IndexWriter writer = new IndexWriter(foreign, new IndexWriterConfig())) {
      writer.addDocument(new Document());
    }
    List<Path> before = files();
    for (Executable call :
        List.<Executable>of(
            () -> LuceneWordIndex.install(directory),
            () -> LuceneWordIndex.open(directory),
            () -> LuceneWordIndex.openReadOnly(directory),
            () -> LuceneWordIndex.uninstall(directory))) {
      assertThrows(BrokenIndexException.class, call);
      assertEquals(before, files());
    }
  }

  @Test
  void otherFilesSurviveUninstalling() throws IOException {
    fill();
    Path letter = Files.writeString(directory.resolve("letter.txt"), "dear");
    LuceneWordIndex.uninstall(directory);
    assertEquals(List.of(letter), files());
    Files.delete(letter);
    LuceneWordIndex.uninstall(directory);
    LuceneWordIndex.uninstall(folder.resolve("missing"));
  }

  @Test
  void indexOfAnotherPolicyIsMadeAnew() {
    fill();
    WordAnalyzer german = WordAnalyzer.with(SnowballStemmer.GERMAN);
    for (Executable call :
        List.<Executable>of(
            () -> LuceneWordIndex.install(directory, german),
            () -> LuceneWordIndex.open(directory, german),
            () -> LuceneWordIndex.openReadOnly(directory, german))) {
      String message = assertThrows(WordPolicyException.class, call).getMessage();
      assertTrue(message.contains("LuceneWordIndex.uninstall"), message);
    }
    LuceneWordIndex.uninstall(directory);
    try (LuceneWordIndex index = LuceneWordIndex.install(directory, german)) {
      index.upsert(List.of(message(1, "Häuser")));
      assertEquals(List.of(1L), find(index, "Haus"));
    }
  }

  /** Another process may make the index anew, with another policy, while this one is open. */
  @Test
  void changedPolicyIsToldWhileAnIndexIsOpen() throws IOException {
    assumeTrue(isLinux(), "open files can be deleted");
    fill();
    try (LuceneWordIndex index = LuceneWordIndex.open(directory)) {
      LuceneWordIndex.uninstall(directory);
      LuceneWordIndex.install(directory, WordAnalyzer.with(SnowballStemmer.GERMAN)).close();
      assertThrows(WordPolicyException.class, index::size);
      assertThrows(WordPolicyException.class, () -> index.upsert(List.of(message(1, "tea"))));
    }
  }

  @Test
  void laterFormatIsRefused() throws IOException {
    fill();
    try (Directory files = FSDirectory.open(directory);
        IndexWriter writer = new IndexWriter(files, new IndexWriterConfig())) {
      writer.setLiveCommitData(
          Map.of("msgvault.words.format", "3", "msgvault.words.policy", "words-9/x").entrySet());
    }
    NewerSchemaException newer =
        assertThrows(NewerSchemaException.class, () -> LuceneWordIndex.open(directory));
    assertEquals(3, newer.found());
  }

  @Test
  void readOnlyIndexWritesNothing() throws IOException {
    fill();
    List<Path> before = files();
    try (LuceneWordIndex index = LuceneWordIndex.openReadOnly(directory);
        LuceneWordIndex writer = LuceneWordIndex.open(directory)) {
      for (Executable call :
          List.<Executable>of(
              () -> index.upsert(List.of(message(1, "x"))),
              () -> index.delete(List.of(1L)),
              () -> index.bind(UUID.randomUUID()))) {
        assertThrows(StoreException.class, call);
      }
      assertEquals(4, find(index, "tea").size());
      assertEquals(before, files());
      writer.upsert(List.of(message(2, "tea")));
      assertEquals(5, find(index, "tea").size());
    }
  }

  @Test
  void installThatWasCutShortIsFinished() throws IOException {
    Files.createDirectories(directory);
    Files.createFile(directory.resolve("words.lock"));
    Files.createFile(directory.resolve("pending_segments_1"));
    try (LuceneWordIndex index = LuceneWordIndex.install(directory)) {
      index.upsert(List.of(message(1, "tea")));
      assertEquals(List.of(1L), find(index, "tea"));
    }
  }

  @Test
  void olderCopyIsReadAsItIs() throws IOException {
    fill();
    Path copy = folder.resolve("copy");
    Files.createDirectories(copy);
    for (Path file : files()) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    try (LuceneWordIndex index = LuceneWordIndex.open(copy)) {
      index.upsert(List.of(message(99, "tea")));
      assertEquals(5, find(index, "tea").size());
      assertEquals(10, index.size());
    }
  }

  @Test
  void interruptedWriteChangesNothing() {
    fill();
    try (LuceneWordIndex index = LuceneWordIndex.open(directory)) {
      Thread.currentThread().interrupt();
      assertThrows(StoreException.class, () -> index.upsert(List.of(message(77, "tea"))));
      assertTrue(Thread.interrupted());
      assertEquals(4, find(index, "tea").size());
      index.upsert(List.of(message(77, "tea")));
      assertEquals(5, find(index, "tea").size());
    }
  }

  @Test
  void nothingStaysOpen() throws IOException {
    assumeTrue(isLinux(), "the system lists the open files of a process");
    fill();
    try (LuceneWordIndex index = LuceneWordIndex.open(directory)) {
      find(index, "tea");
      assertFalse(openFiles().isEmpty());
    }
    assertThrows(
        WordPolicyException.class,
        () -> LuceneWordIndex.open(directory, WordAnalyzer.with(SnowballStemmer.GERMAN)));
    deleteFiles(file -> file.endsWith(".si"));
    assertThrows(BrokenIndexException.class, () -> LuceneWordIndex.open(directory));
    assertEquals(List.of(), openFiles());
  }

  /** Returns the files of the index that this process has open or mapped. */
  private List<String> openFiles() throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.exists(descriptor)) {
          open.add(Files.readSymbolicLink(descriptor).toString());
        }
      }
    }
    open.addAll(Files.readAllLines(Path.of("/proc/self/maps")));
    return open.stream().filter(line -> line.contains(folder.getFileName().toString())).toList();
  }

  private static boolean isLinux() {
    return Files.isDirectory(Path.of("/proc/self/fd"));
  }

  @Test
  void onlyTheOwnerCanRead() throws IOException {
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "the file system knows rights");
    fill();
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
  }

  /** Looks at the rights of all files again and again while they are written. */
  @Test
  void filesInSharedDirectoryArePrivateFromTheStart() throws Exception {
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "the file system knows rights");
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    AtomicBoolean written = new AtomicBoolean();
    ExecutorService watcher = Executors.newSingleThreadExecutor();
    try {
      Future<Map<String, String>> seen =
          watcher.submit(
              () -> {
                Map<String, String> rights = new TreeMap<>();
                while (!written.get()) {
                  rights.putAll(rights());
                }
                return rights;
              });
      fill();
      fill();
      written.set(true);
      Map<String, String> all = new TreeMap<>(seen.get());
      all.putAll(rights());
      all.remove(IndexWriter.WRITE_LOCK_NAME); // Lucene's own, always empty
      assertEquals(Set.of("rw-------"), Set.copyOf(all.values()), all::toString);
    } finally {
      written.set(true);
      watcher.shutdown();
    }
  }

  private Map<String, String> rights() throws IOException {
    Map<String, String> rights = new TreeMap<>();
    for (Path file : files()) {
      try {
        rights.put(
            String.valueOf(file.getFileName()),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      } catch (NoSuchFileException e) {
        assertTrue(Files.notExists(file), "it was deleted");
      }
    }
    return rights;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private void deleteFiles(Predicate<String> chosen) throws IOException {
    for (Path file : files()) {
      if (chosen.test(String.valueOf(file.getFileName()))) {
        Files.delete(file);
      }
    }
  }
}
