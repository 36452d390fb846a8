package io.msgvault.embed.cli;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.memory.HashEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Builds the index of an archive as slowly as a test wants, while the archive is served. */
public final class BuildInSteps implements AutoCloseable {
  /** Why the embedder refuses one of the messages. */
  public static final String REASON = "the text is too strange";

  /** The number of messages before the build. */
  public static final int FIRST = 60;

  private static final String STRANGE = "strange message";
  private static final int BATCHES_AT_ONCE = 4;

  private final Semaphore asked = new Semaphore(0);
  private final Semaphore permits = new Semaphore(0);
  private final Cli cli;
  private final Thread build;

  /** Makes an archive with a complete index. */
  public BuildInSteps(Path folder) throws IOException {
    cli = new Cli(folder);
    cli.ok("import", cli.write("first.mbox", ofAYear()).toString());
    cli.ok("embeddings", "build");
    Cli slow = new Cli(folder).embedder(Slow::new);
    build = new Thread(() -> slow.run("embeddings", "build"), "build");
  }

  /** Returns mails of every month of a year. */
  private static String ofAYear() {
    String[] mails = new String[FIRST];
    for (int i = 0; i < mails.length; i++) {
      String month = List.of("Jan", "Feb", "Mar", "Apr", "Jun", "Sep", "Dec").get(i % 7);
      mails[i] =
          SampleMail.mail("m" + i, "number " + i, "text of word" + i)
              .replace("Tue, 06 Apr", (1 + i % 28) + " " + month);
    }
    return SampleMail.mbox(mails);
  }

  /** Serves the archive. */
  public Served serve() throws IOException {
    return new Served(cli.db(), HashEmbedder::new);
  }

  /** Imports more mail, and starts to embed it. */
  public void start() throws IOException {
    String[] mails = new String[40];
    for (int i = 0; i < mails.length; i++) {
      String text = i == 0 ? STRANGE : "later text of word" + i;
      mails[i] = SampleMail.mail("later" + i, "later " + i, text);
    }
    cli.ok("import", cli.write("later.mbox", SampleMail.mbox(mails)).toString());
    build.start();
  }

  /** Lets some batches pass, and waits until they have. */
  public void embedSome() {
    permits.release(BATCHES_AT_ONCE);
    asked.acquireUninterruptibly(BATCHES_AT_ONCE + 1);
    asked.release();
  }

  /** Lets all pass, and waits for the end of the build. */
  public void finish() {
    permits.release(1_000);
    join();
  }

  @Override
  public void close() {
    permits.release(1_000);
    join();
  }

  private void join() {
    try {
      build.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Slow extends ForwardingHashEmbedder {
    @Override
    public List<float[]> embed(List<String> texts, InputType inputType) {
      asked.release();
      permits.acquireUninterruptibly();
      if (texts.stream().anyMatch(text -> text.contains(STRANGE))) {
        throw new RejectedInputException(REASON);
      }
      return super.embed(texts, inputType);
    }

    @Override
    public int batchSize() {
      return 2;
    }
  }
}
