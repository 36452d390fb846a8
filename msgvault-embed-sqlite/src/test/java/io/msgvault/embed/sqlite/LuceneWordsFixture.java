package io.msgvault.embed.sqlite;

import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.text.WordAnalyzer;
import java.nio.file.Path;

/** Words in a directory of Lucene, as hosts keep them beside SQLite. */
final class LuceneWordsFixture implements WordIndexFixture {
  private final TempFolder folder = TempFolder.create();
  private final Path directory = folder.file("words");

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
    folder.close();
  }

  /** Opens the index in another process. */
  public static final class Opener implements OtherProcess.StorageOpener {
    /** For the kit. */
    public Opener() {}

    @Override
    public WordIndex words(String location) {
      return LuceneWordIndex.install(Path.of(location));
    }
  }
}
