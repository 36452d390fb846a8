package io.msgvault.embed.benchmarks;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.text.Chunk;
import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures the steps of a fill one after the other, which a run does concurrently. They are reading
 * pages of messages, preparing and chunking texts, writing vectors durably, and stamping.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FillParts {
  /** The number of pages for the warm-up and for the measurement. */
  static final int PAGES = 60;

  /** The messages of a page, as many as a run writes at once. */
  private static final int PAGE = 1024;

  private static final int DIMENSION = 384;
  private static final int WORDS = 60;
  private static final int GENERATION = 1;

  /** An archive without embedded messages, larger than all pages. */
  @State(Scope.Benchmark)
  public static class Archive {
    private final Workspace workspace;
    private final SqliteMessageStore messages;
    private final SqliteVectorStore vectors;

    /** Creates the archive in files. */
    public Archive() {
      try {
        workspace = Workspace.create();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      SyntheticMail.store(workspace.path("archive.db"), (2 * PAGES + 1) * PAGE, WORDS);
      messages = SqliteMessageStore.open(workspace.path("archive.db"));
      vectors = SqliteVectorStore.install(workspace.path("vectors.db"));
      vectors.create(
          new Fingerprint("model", DIMENSION, "text", io.msgvault.embed.model.Scope.ALL),
          GENERATION);
    }

    private List<Message> page(long after) {
      return messages.scan(
          GENERATION,
          io.msgvault.embed.model.Scope.ALL,
          after,
          new ScanLimits(PAGE, Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    /** Deletes the files. */
    @TearDown
    public void close() throws IOException {
      vectors.close();
      messages.close();
      workspace.close();
    }
  }

  /** The position of the next page. */
  @State(Scope.Benchmark)
  public static class Position {
    private long afterId = -PAGE;

    /** Moves to the next page. */
    @Setup(Level.Iteration)
    public void advance() {
      afterId += PAGE;
    }
  }

  /** A page of messages with their vectors. */
  @State(Scope.Benchmark)
  public static class Page {
    private final TextPreparer preparer = new TextPreparer(TextPolicy.standard());
    private final Chunker chunker = new Chunker(TextPolicy.standard());
    private final CannedEmbedder embedder = new CannedEmbedder(DIMENSION);
    private List<Message> messages = List.of();
    private List<MessageVectors> vectors = List.of();

    /** Reads the page. */
    @Setup(Level.Iteration)
    public void read(Archive archive, Position place) {
      messages = archive.page(place.afterId);
      vectors = messages.stream().map(this::vectors).toList();
    }

    private MessageVectors vectors(Message message) {
      float[] vector = embedder.embed(List.of(message.text()), InputType.DOCUMENT).get(0);
      int length = message.text().length();
      return new MessageVectors(
          message.id(), message.revision(), "digest", List.of(new ChunkVector(0, length, vector)));
    }
  }

  /** Reads a page of messages that need work. */
  @Benchmark
  @OperationsPerInvocation(PAGE)
  public List<Message> read(Archive archive, Position place) {
    return archive.page(place.afterId);
  }

  /** Prepares and chunks the texts of a page. */
  @Benchmark
  @OperationsPerInvocation(PAGE)
  public List<List<Chunk>> prepare(Page page) {
    List<List<Chunk>> chunks = new ArrayList<>(PAGE);
    for (Message message : page.messages) {
      chunks.add(
          page.chunker.chunk(
              page.preparer.prepare(message.subject(), message.text(), message.html())));
    }
    return chunks;
  }

  /** Writes the vectors of a page, in one durable transaction. */
  @Benchmark
  @OperationsPerInvocation(PAGE)
  public void write(Archive archive, Page page) {
    archive.vectors.upsert(GENERATION, page.vectors);
  }

  /** Stamps a page. */
  @Benchmark
  @OperationsPerInvocation(PAGE)
  public Object stamp(Archive archive, Page page) {
    return archive.messages.stamp(
        GENERATION,
        page.messages.stream()
            .map(message -> new Stamp(message.id(), message.revision(), new Stamp.Embedded()))
            .toList());
  }
}
