package io.msgvault.embed.cli;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.cli.command.ShutdownHook;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Runs everything over messages that hold a marker, with failures of all kinds. It prints all that
 * it receives: events, outcomes, errors with their causes, records of runs.
 */
final class FailingRuns implements Embedder {
  static final String MARKER = "Zw8kQh3vNx";

  /** The fault of the embedder. */
  enum Fault {
    NONE,
    TRANSIENT,
    REFUSED,
    UNAVAILABLE,
    TOO_FEW,
    WRONG_DIMENSION,
    NOT_A_NUMBER,
    /** It throws an error of its own that quotes what it was sent. */
    DEFECT
  }

  private final HashEmbedder hash = new HashEmbedder();
  private final Fault fault;

  private FailingRuns(Fault fault) {
    this.fault = fault;
  }

  /** The folder, which is there and empty, is the first argument. */
  public static void main(String[] arguments) throws Exception {
    for (Fault fault : Fault.values()) {
      run(Files.createDirectory(Path.of(arguments[0], fault.name())), fault);
    }
  }

  private static void run(Path folder, Fault fault) throws Exception {
    Path db = folder.resolve("archive.db");
    Path index = folder.resolve("archive-vectors.db");
    try (SqliteArchive archive = SqliteArchive.install(db);
        SqliteMessageStore messages = SqliteMessageStore.open(db);
        SqliteVectorStore vectors = SqliteVectorStore.install(index);
        FailingRuns embedder = new FailingRuns(fault);
        EmbedJob job =
            EmbedJob.builder(messages, vectors, embedder)
                .scheduler(
                    (task, delay) -> {
                      task.run();
                      return () -> {};
                    })
                .retry(new RetryPolicy(3, 2, Duration.ZERO, Duration.ZERO))
                .listener(event -> print(fault, event))
                .build()) {
      archive.storeAll(List.of(message("1"), message("2"), message("3")));
      print(fault, job.runOnce());
      System.out.println(vectors.runs(10));
      System.out.println(messages.rejections(1, 0, 10));
      System.out.println(job.verify() + " " + job.coverage() + " " + job.status());
      if (fault != Fault.TRANSIENT && fault != Fault.TOO_FEW && fault != Fault.DEFECT) {
        cli(db, embedder, "embeddings", "build", "--verbose"); // the others it tries for long
      }
      if (fault != Fault.NONE && fault != Fault.DEFECT) {
        // Without a fault, and by words, it finds the marker.
        cli(db, embedder, "search", "--verbose", "--mode", "vector", MARKER);
      }
      damage(db);
      print(fault, job.runBackstop());
      print(() -> archive.storeAll(List.of(message("1"), message("4"))));
      print(() -> archive.update(1, MARKER, MARKER, MARKER));
      print(() -> archive.setLabels(1, Set.of(MARKER)));
      print(() -> archive.find(MARKER, MARKER));
      System.out.println(vectors.runs(10));
    }
  }

  private static NewMessage message(String key) {
    return NewMessage.builder("main", key)
        .subject(MARKER + " subject")
        .text("a text with " + MARKER + " in it " + key)
        .html("<p>" + MARKER + "</p>")
        .sender(new Participant("a@example.org", MARKER))
        .labels(Set.of(MARKER))
        .build();
  }

  private static void cli(Path db, Embedder embedder, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--db", db.toString()));
    new MsgvaultEmbed(
            Console.ofProcess(), Clock.systemUTC(), options -> embedder, new ShutdownHook())
        .run(all.toArray(String[]::new));
  }

  /** As by another program. */
  private static void damage(Path db) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + db);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE message_bodies");
      statement.execute("DROP TABLE labels");
      statement.execute("UPDATE embed_stamps SET generation = NULL");
    }
  }

  private static void print(Fault fault, JobEvent event) {
    if (fault != Fault.DEFECT || !(event instanceof JobEvent.RunEnded)) {
      System.out.println(event);
    }
  }

  /**
   * Prints why a run failed. The error of a defect is not this library's, and the caller prints it.
   */
  private static void print(Fault fault, RunOutcome outcome) {
    if (outcome instanceof RunOutcome.Failed failed && fault != Fault.DEFECT) {
      failed.cause().printStackTrace(System.out);
      System.out.println(outcome);
    }
  }

  private static void print(Callable<?> call) {
    try {
      System.out.println(call.call() != null);
    } catch (Exception e) {
      e.printStackTrace(System.out);
    }
  }

  @Override
  public EmbedderModel model() {
    return hash.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    return switch (fault) {
      case NONE -> hash.embed(texts, inputType);
      case TRANSIENT -> throw new TransientEmbedderException("not now");
      case REFUSED -> throw new RejectedInputException("too odd");
      case UNAVAILABLE -> throw new EmbedderUnavailableException("no such model");
      case TOO_FEW -> List.of();
      case WRONG_DIMENSION -> texts.stream().map(text -> new float[] {1, 2}).toList();
      case NOT_A_NUMBER -> texts.stream().map(text -> nan()).toList();
      case DEFECT -> throw new IllegalArgumentException("can't embed " + texts);
    };
  }

  private float[] nan() {
    float[] vector = new float[hash.model().dimension()];
    Arrays.fill(vector, Float.NaN);
    return vector;
  }

  @Override
  public void close() {
    hash.close();
  }
}
