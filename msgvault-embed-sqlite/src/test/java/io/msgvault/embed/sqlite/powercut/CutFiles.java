package io.msgvault.embed.sqlite.powercut;

import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.WordIndexFixture;
import io.msgvault.embed.text.WordAnalyzer;
import java.nio.file.Path;

/** The files of an archive and its indexes in one folder, opened as a host opens them. */
record CutFiles(Path folder) {
  Path archive() {
    return folder.resolve("archive.db");
  }

  Path vectors() {
    return folder.resolve("vectors.db");
  }

  Path words() {
    return folder.resolve("words");
  }

  /** The files as they are; closing this removes nothing. */
  StorageFixture asFixture() {
    return new StorageFixture(
        new MessageStoreFixture() {
          @Override
          public MessageStore open() {
            return SqliteMessageStore.open(archive());
          }

          @Override
          public ArchiveWriter writer() {
            throw new UnsupportedOperationException("a state is checked, not written to");
          }

          @Override
          public void close() {}
        },
        new VectorStoreFixture() {
          @Override
          public VectorStore open() {
            return SqliteVectorStore.open(vectors());
          }

          @Override
          public void wipe() {
            throw new UnsupportedOperationException("a state is checked, not wiped");
          }

          @Override
          public OtherProcess otherProcess() {
            throw new UnsupportedOperationException("a state is checked by one process");
          }

          @Override
          public void close() {}
        },
        new WordIndexFixture() {
          @Override
          public WordIndex open(WordAnalyzer analyzer) {
            return LuceneWordIndex.open(words(), analyzer);
          }

          @Override
          public void close() {}
        });
  }

  /** Creates what is missing, as a host does when it starts. */
  void install() {
    SqliteArchive.install(archive()).close();
    SqliteVectorStore.install(vectors()).close();
    LuceneWordIndex.install(words()).close();
  }
}
