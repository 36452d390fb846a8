package io.msgvault.embed.sqlite;

import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.VectorStoreFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An index in a file of its own. */
final class SqliteIndexFixture implements VectorStoreFixture {
  private final TempFolder folder = TempFolder.create();
  private final Path file = folder.file("vectors.db");

  @Override
  public VectorStore open() {
    return SqliteVectorStore.install(file);
  }

  @Override
  public void wipe() {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public OtherProcess otherProcess() {
    return new OtherProcess(Opener.class, file.toString());
  }

  @Override
  public void close() {
    folder.close();
  }

  /** Opens the store in another process. */
  public static final class Opener implements OtherProcess.StorageOpener {
    /** For the kit. */
    public Opener() {}

    @Override
    public VectorStore vectors(String location) {
      return SqliteVectorStore.install(Path.of(location));
    }
  }
}
