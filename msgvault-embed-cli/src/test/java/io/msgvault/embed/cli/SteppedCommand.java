package io.msgvault.embed.cli;

import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Runs the command with an embedder that reports each call and then waits for a permit. */
final class SteppedCommand implements Embedder {
  private final HashEmbedder hash = new HashEmbedder();
  private final Semaphore permits = new Semaphore(0);

  /** Each line that comes in lets one batch pass. */
  public static void main(String[] arguments) {
    SteppedCommand embedder = new SteppedCommand();
    Thread reader = new Thread(embedder::readPermits);
    reader.setDaemon(true);
    reader.start();
    MsgvaultEmbed.runProcess(
        arguments, Console.ofProcess(), Clock.systemUTC(), options -> embedder);
  }

  private void readPermits() {
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        .lines()
        .forEach(line -> permits.release());
  }

  @Override
  public EmbedderModel model() {
    return hash.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    System.out.println("asked");
    permits.acquireUninterruptibly();
    return hash.embed(texts, inputType);
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
