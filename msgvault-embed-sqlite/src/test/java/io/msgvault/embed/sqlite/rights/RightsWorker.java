package io.msgvault.embed.sqlite.rights;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** A process that makes files of every kind. */
final class RightsWorker {
  /** Their vectors take twice the room that SQLite keeps in memory. */
  private static final int MESSAGES = 2_000;

  private static final int DIMENSION = 2_048;

  private RightsWorker() {}

  /** Fills an archive and an index, twice over, and makes them smaller. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    for (int round = 0; round < 2; round++) {
      try (SqliteArchive archive = SqliteArchive.install(folder.resolve("mail.db"));
          SqliteMessageStore messages = SqliteMessageStore.install(folder.resolve("mail.db"));
          SqliteVectorStore vectors = SqliteVectorStore.install(folder.resolve("vectors.db"));
          EmbedJob job =
              EmbedJob.builder(messages, vectors, new HashEmbedder(DIMENSION, 100))
                  .dropRetired()
                  .build()) {
        String source = "round " + round;
        archive.storeAll(
            IntStream.range(0, MESSAGES)
                .mapToObj(i -> NewMessage.builder(source, "m" + i).text("text " + i).build())
                .toList());
        require(job.rebuild());
        require(job.runBackstop());
        vectors.compact();
      }
    }
  }

  private static void require(RunOutcome outcome) {
    if (!(outcome instanceof RunOutcome.Completed)) {
      throw new IllegalStateException("a run ends as " + outcome);
    }
  }
}
