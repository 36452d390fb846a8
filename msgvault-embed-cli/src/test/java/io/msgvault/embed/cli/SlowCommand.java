package io.msgvault.embed.cli;

import io.msgvault.embed.Embedder;
import io.msgvault.embed.EmbedderModel;
import io.msgvault.embed.Purpose;
import io.msgvault.embed.testkit.HashEmbedder;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The command with an embedder that says when it is asked, and waits until it is told to go on. */
final class SlowCommand implements Embedder {
  private final HashEmbedder hash = new HashEmbedder();
  private final Semaphore allowed = new Semaphore(0);

  /** Each line that comes in lets one batch pass. */
  public static void main(String[] arguments) {
    SlowCommand embedder = new SlowCommand();
    Thread reader = new Thread(embedder::readAllowances);
    reader.setDaemon(true);
    reader.start();
    MsgvaultEmbed.runProcess(
        arguments, Console.ofProcess(), Clock.systemUTC(), options -> embedder);
  }

  private void readAllowances() {
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        .lines()
        .forEach(line -> allowed.release());
  }

  @Override
  public EmbedderModel model() {
    return hash.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, Purpose purpose) {
    System.out.println("asked");
    allowed.acquireUninterruptibly();
    return hash.embed(texts, purpose);
  }

  @Override
  public int batchSize() {
    return 2;
  }

  @Override
  public void close() {
    hash.close();
  }
}
