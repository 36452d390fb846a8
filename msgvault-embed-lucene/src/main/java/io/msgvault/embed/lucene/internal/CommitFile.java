package io.msgvault.embed.lucene.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a commit by its file, which is written once and never changed.
 *
 * @param key what the file system knows the file by; null where it tells nothing
 */
record CommitFile(String name, long size, FileTime modified, @Nullable Object key) {

  /** Returns the latest commit; empty if there is none, or if it was replaced meanwhile. */
  static Optional<CommitFile> latest(Path directory) throws IOException {
    String name = SegmentInfos.getLastCommitSegmentsFileName(FSDirectory.listAll(directory));
    return name == null ? Optional.empty() : find(directory, name);
  }

  private static Optional<CommitFile> find(Path directory, String name) throws IOException {
    try {
      BasicFileAttributes file =
          Files.readAttributes(directory.resolve(name), BasicFileAttributes.class);
      return Optional.of(
          new CommitFile(name, file.size(), file.lastModifiedTime(), file.fileKey()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns whether this is still the latest commit. The next commit has the next number and
   * deletes this one. So two questions to the file system suffice, where Lucene would list the
   * directory and read the files of all segments.
   */
  boolean isLatest(Path directory) throws IOException {
    long number = SegmentInfos.generationFromSegmentsFileName(name);
    String next = IndexFileNames.fileNameFromGeneration(IndexFileNames.SEGMENTS, "", number + 1);
    return find(directory, name).filter(this::equals).isPresent()
        && !Files.exists(directory.resolve(next));
  }
}
