package io.msgvault.embed.sqlite.powercut;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.StoreResult;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.sqlite.SqlClient;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.model.FaultyEmbedder;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that imports, edits, deletes and runs jobs while it is recorded. All follows from its
 * seed. Where a promise is given or ends, it makes a note between the records.
 */
final class CutWorker {
  /** Notes: a message is stored; it may be gone from here on; a generation has its id. */
  static final String STORED = "stored ";

  static final String ENDS = "ends ";
  static final String CREATED = "created ";

  private static final int ACTIONS = 45;
  private static final int MAX_STORED = 50;
  private static final List<String> WORDS =
      List.of("tea", "noon", "meeting", "invoice", "garden", "probe", "launch", "harbour");

  private final CutFiles files;
  private final Plant plant;
  private final Random random;
  private final List<String> stored = new ArrayList<>();
  private SqliteArchive archive;
  private SqlClient client;
  private Plant.Stores stores;
  private WordIndex words;
  private EmbedJob job;

  private CutWorker(CutFiles files, Plant plant, long seed) {
    this.files = files;
    this.plant = plant;
    random = new Random(seed);
    files.install();
    open();
  }

  /** Works, and ends without closing anything. Its parent reads what it prints. */
  @SuppressWarnings("CatchAndPrintStackTrace")
  public static void main(String[] arguments) {
    CutFiles files = new CutFiles(Path.of(arguments[0]));
    int status = 1;
    try {
      new CutWorker(files, Plant.valueOf(arguments[1]), Long.parseLong(arguments[2])).work();
      status = 0;
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
    }
    Runtime.getRuntime().halt(status);
  }

  private void open() {
    archive = SqliteArchive.open(files.archive());
    stores = plant.open(files);
    words = LuceneWordIndex.open(files.words());
    client = new SqlClient(files.archive());
    client.run("PRAGMA synchronous = NORMAL"); // as a host may choose
    client.run("PRAGMA wal_autocheckpoint = 30");
    FaultyEmbedder embedder = new FaultyEmbedder().duringCalls(this::write);
    job =
        StorageUnderTest.job(stores.messages(), stores.vectors(), embedder)
            .words(words)
            .dropRetired()
            .listener(
                event -> {
                  if (event instanceof JobEvent.GenerationCreated created) {
                    note(CREATED + created.generation().id());
                  }
                })
            .build();
  }

  private void close() {
    client.close();
    archive.close();
    stores.close();
    words.close();
  }

  private void work() {
    store();
    for (int i = 0; i < ACTIONS; i++) {
      switch (random.nextInt(20)) {
        case 0, 1, 2 -> store();
        case 3, 4, 5, 6 -> write();
        case 7 -> checkpoint();
        case 8 -> {
          close();
          open();
        }
        case 9 -> require(job.rebuild());
        case 10 -> require(job.runBackstop());
        case 11 -> job.repair(random.longs(5, 1, MAX_STORED).boxed().toList());
        case 12 -> job.forget(random.longs(9, 1, MAX_STORED).boxed().toList());
        case 13 -> {
          stores.vectors().building().map(Generation::id).ifPresent(stores.vectors()::retire);
          stores.vectors().dropRetired();
        }
        default -> require(job.runOnce());
      }
    }
  }

  private void require(RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Blocked blocked
        && blocked.obstacle() == RunOutcome.Blocked.Obstacle.NO_INDEX) {
      require(job.rebuild());
    } else if (outcome instanceof RunOutcome.Failed failed) {
      throw failed.cause();
    } else if (outcome instanceof RunOutcome.Blocked || outcome instanceof RunOutcome.Cancelled) {
      throw new IllegalStateException("a run that was not stopped ends as " + outcome);
    }
  }

  /** An import, which is promised once it has returned. */
  private void store() {
    List<NewMessage> batch = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0 && stored.size() + batch.size() < MAX_STORED; i--) {
      String id = "m" + (stored.size() + batch.size());
      batch.add(NewMessage.builder("mail", id).subject("subject " + id).text(text()).build());
    }
    List<StoreResult> results = archive.storeAll(batch);
    for (int i = 0; i < results.size(); i++) {
      stored.add(batch.get(i).externalId());
      note(STORED + batch.get(i).externalId());
    }
  }

  /** A host writes, by statements of its own or through the library. */
  private void write() {
    String id = stored.get(random.nextInt(stored.size()));
    switch (random.nextInt(8)) {
      case 0 -> client.run("UPDATE messages SET deleted_at = 5 WHERE external_id = ?", id);
      case 1 -> client.run("UPDATE messages SET deleted_at = NULL WHERE external_id = ?", id);
      case 2 -> {
        note(ENDS + id);
        client.run(
            "DELETE FROM message_bodies WHERE message_id IN"
                + " (SELECT id FROM messages WHERE external_id = ?)",
            id);
        client.run("DELETE FROM messages WHERE external_id = ?", id);
      }
      case 3 ->
          archive
              .find("mail", id)
              .ifPresent(found -> archive.update(found, "subject " + id, text(), ""));
      default ->
          client.run(
              "UPDATE message_bodies SET text = ? WHERE message_id IN"
                  + " (SELECT id FROM messages WHERE external_id = ?)",
              text(),
              id);
    }
  }

  /** Copies the write-ahead logs into the databases. */
  private void checkpoint() {
    client.run("PRAGMA wal_checkpoint");
    try (SqlClient vectors = new SqlClient(files.vectors())) {
      vectors.run("PRAGMA wal_checkpoint");
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i >= 0; i--) {
      text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
    }
    return text.append(random.nextInt(1000)).toString();
  }

  private void note(String line) {
    try {
      Files.writeString(
          files.folder().resolve(Disk.NOTES),
          line + '\n',
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
