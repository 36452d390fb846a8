package io.msgvault.embed.lucene;

import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.text.WordAnalyzer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Words in a directory of their own. */
final class LuceneWordsFixture implements WordIndexFixture {
  private final Path folder;
  private final Path directory;

  LuceneWordsFixture() {
    try {
      folder = Files.createTempDirectory("msgvault-embed-lucene");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    directory = folder.resolve("words");
  }

  @Override
  public WordIndex open(WordAnalyzer analyzer) {
    return LuceneWordIndex.install(directory, analyzer);
  }

  @Override
  public OtherProcess otherProcess() {
    return new OtherProcess(Opener.class, directory.toString());
  }

  @Override
  public void close() {
    LuceneWordIndex.uninstall(directory);
    try {
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens the index in another process. */
  public static final class Opener implements OtherProcess.StorageOpener {
    /** For the kit. */
    public Opener() {}

    @Override
    public WordIndex words(String location) {
      return LuceneWordIndex.open(Path.of(location));
    }
  }
}
