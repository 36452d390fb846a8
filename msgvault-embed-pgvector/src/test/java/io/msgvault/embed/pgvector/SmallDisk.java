package io.msgvault.embed.pgvector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * A file system of a few mebibytes for some of the server's tables. A test that needs one is
 * skipped if the server runs on another machine, or this account may not mount.
 */
final class SmallDisk implements AutoCloseable {
  private static final long AMPLE_KIB = 64 * 1024;

  private final Path folder;
  private final String tablespace = TestDatabase.freshName();
  private boolean mounted;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts one with ample room. */
  static SmallDisk mount() {
    String data =
        TestDatabase.jdbi()
            .withHandle(
                handle -> handle.createQuery("SHOW data_directory").mapTo(String.class).one());
    Assumptions.assumeTrue(Files.isDirectory(Path.of(data)), "the server is on another machine");
    try {
      SmallDisk disk = new SmallDisk(Files.createTempDirectory("msgvault-small-disk"));
      try {
        disk.set(Path.of(data));
        return disk;
      } catch (IOException | RuntimeException e) {
        disk.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void set(Path data) throws IOException {
    mounted = system("mount", "-t", "tmpfs", "-o", "mode=755," + size(AMPLE_KIB), "none", path());
    Assumptions.assumeTrue(mounted, "this account can't mount a file system");
    Path tables = Files.createDirectory(folder.resolve("tables"));
    Files.setOwner(tables, Files.getOwner(data));
    TestDatabase.server("CREATE TABLESPACE %s LOCATION '%s'".formatted(tablespace, tables));
  }

  String tablespace() {
    return tablespace;
  }

  /** Resizes it to its present content and some free space. */
  void leaveRoom(long kibibytes) {
    long used = (folder.toFile().getTotalSpace() - folder.toFile().getUsableSpace()) / 1024;
    require(system("mount", "-o", "remount," + size(used + kibibytes), path()));
  }

  private static String size(long kibibytes) {
    return "size=" + kibibytes + "k";
  }

  private String path() {
    return folder.toString();
  }

  /** Unmounts it; the database on it must be dropped. */
  @Override
  public void close() {
    if (mounted) {
      TestDatabase.server("DROP TABLESPACE IF EXISTS " + tablespace);
      require(system("umount", "--lazy", path())); // the server may still have a file open
    }
    require(folder.toFile().delete());
  }

  private static void require(boolean done) {
    if (!done) {
      throw new IllegalStateException("the small disk can't be changed");
    }
  }

  /** Returns whether a command of the operating system exists and succeeds. */
  private static boolean system(String... command) {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
