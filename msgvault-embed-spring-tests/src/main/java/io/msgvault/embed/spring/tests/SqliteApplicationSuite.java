package io.msgvault.embed.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A started application over SQLite files. */
public abstract class SqliteApplicationSuite extends ApplicationSuite {
  /** Leaves the data source out, since the starter of JDBC is on the class path of these tests. */
  static final String NO_DATA_SOURCE =
      "spring.autoconfigure.exclude="
          + "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration,"
          + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration";

  @TempDir private Path folder;

  @Override
  final String[] backend() {
    return new String[] {
      "msgvault.embed.sqlite.archive=" + folder.resolve("mail.db"), NO_DATA_SOURCE
    };
  }

  @Test
  void keepsVectorsAndWordsBesideTheArchive() {
    try (StartedApplication application = StartedApplication.start(backend())) {
      application.awaitComplete();
      assertThat(Files.exists(folder.resolve("mail.db"))).isTrue();
      assertThat(Files.exists(folder.resolve("mail-vectors.db"))).isTrue();
      assertThat(Files.isDirectory(folder.resolve("mail-words"))).isTrue();
    }
  }

  @Test
  void applicationThatOnlyReadsFindsAndRunsNothing() {
    try (StartedApplication writer = StartedApplication.start(backend())) {
      writer.store("the fan in the rack rattles");
      writer.awaitComplete();
      try (StartedApplication reader =
          StartedApplication.start(backendAnd("msgvault.embed.access=READ_ONLY"))) {
        assertThat(reader.search("rattling fan")).containsExactly(1L);
        assertThat(reader.post("msgvaultembed/run").statusCode()).isEqualTo(400);
      }
    }
  }
}
