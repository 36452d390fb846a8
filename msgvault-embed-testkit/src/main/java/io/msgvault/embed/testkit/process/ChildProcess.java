package io.msgvault.embed.testkit.process;

import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.OtherProcess;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Another process that works on a storage and then waits to be killed. Its standard output is how
 * it answers: one line, once the work is done.
 */
public final class ChildProcess implements AutoCloseable {
  /** The commands to a child. */
  public enum Task {
    /** target, message id, revision. */
    STAMP,
    /** message id. */
    PURGE,
    /** sequence, message id: those of a removal. */
    SETTLE,
    /** above; answers with the id. */
    RESERVE,
    /** generation, message id, revision, components of the vector. */
    UPSERT,
    /** generation; answers whether it holds the lease. */
    LEASE,
    /** generation, stripe; answers whether it shares the generation and holds the stripe. */
    CLAIM,
    /** message id, revision, text of the body. */
    UPSERT_WORDS
  }

  /** Keeps the child's lease reachable as long as the child lives. */
  private static Optional<Lease> held = Optional.empty();

  private final Process process;
  private final BufferedReader output;

  private ChildProcess(Process process) {
    this.process = process;
    output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts a child on a storage. */
  public static ChildProcess start(OtherProcess storage, Task task, Object... arguments) {
    return start(
        ChildProcess.class,
        Stream.concat(
            Stream.of(storage.opener().getName(), storage.location(), task.name()),
            Stream.of(arguments)));
  }

  /** Starts a child that runs another program on this class path. */
  static ChildProcess start(Class<?> program, Stream<?> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    arguments.map(String::valueOf).forEach(command::add);
    try {
      return new ChildProcess(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException("another process can't be started", e);
    }
  }

  /** Waits for the answer. */
  public String readAnswer() {
    try {
      String answer = output.readLine();
      if (answer == null) {
        throw new IllegalStateException("the other process failed; its standard error says why");
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException("the other process does not answer", e);
    }
  }

  /** Kills the child, and returns the answers that it had given and that were not read yet. */
  public List<String> killAndReadAnswers() {
    // Killed through its handle, since Process.destroyForcibly also closes the output.
    process.toHandle().destroyForcibly();
    List<String> answers = output.lines().toList();
    kill();
    return answers;
  }

  /** Kills the child as the operating system would, without a chance to tidy up. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** The child's side. */
  public static void main(String[] arguments) throws Exception {
    OtherProcess.StorageOpener opener = opener(arguments[0]);
    String location = arguments[1];
    Task task = Task.valueOf(arguments[2]);
    List<String> values = List.of(arguments).subList(3, arguments.length);
    PrintStream answer =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    answer.println(
        switch (task) {
          case STAMP -> stamp(opener.messages(location), values);
          case PURGE -> {
            opener.writer(location).purge(Long.parseLong(values.get(0)));
            yield "done";
          }
          case SETTLE -> settle(opener.messages(location), values);
          case RESERVE ->
              Long.toString(
                  opener.messages(location).reserveGenerationId(Long.parseLong(values.get(0))));
          case UPSERT -> upsert(opener.index(location), values);
          case UPSERT_WORDS -> upsertWords(opener.words(location), values);
          case LEASE -> {
            held = opener.ledger(location).lease(Long.parseLong(values.get(0)));
            yield Boolean.toString(held.isPresent());
          }
          case CLAIM -> {
            held =
                opener
                    .ledger(location)
                    .sharedLease(Long.parseLong(values.get(0)))
                    .flatMap(share -> share.claim(Long.parseLong(values.get(1))));
            yield Boolean.toString(held.isPresent());
          }
        });
    // The parent kills this process. Where the parent is gone, the end of the input ends it.
    System.in.transferTo(OutputStream.nullOutputStream());
  }

  /** Makes an opener by the name of its class. */
  static OtherProcess.StorageOpener opener(String name) throws ReflectiveOperationException {
    return Class.forName(name)
        .asSubclass(OtherProcess.StorageOpener.class)
        .getConstructor()
        .newInstance();
  }

  private static String stamp(MessageStore store, List<String> values) {
    Stamp stamp =
        new Stamp(
            Long.parseLong(values.get(1)), Long.parseLong(values.get(2)), new Stamp.Embedded());
    return store.stamp(Long.parseLong(values.get(0)), List.of(stamp)).toString();
  }

  private static String settle(MessageStore store, List<String> values) {
    store.settleRemoved(
        List.of(new Removal(Long.parseLong(values.get(0)), Long.parseLong(values.get(1)))));
    return "done";
  }

  private static String upsert(VectorIndex store, List<String> values) {
    List<String> components = values.subList(3, values.size());
    float[] vector = new float[components.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.parseFloat(components.get(i));
    }
    store.upsert(
        Long.parseLong(values.get(0)),
        List.of(
            new MessageVectors(
                Long.parseLong(values.get(1)),
                Long.parseLong(values.get(2)),
                "digest",
                List.of(new ChunkVector(0, 1, vector)))));
    return "done";
  }

  private static String upsertWords(WordIndex words, List<String> values) {
    words.upsert(
        List.of(
            new MessageWords(
                Long.parseLong(values.get(0)),
                Long.parseLong(values.get(1)),
                Map.of(WordField.BODY, values.get(2)))));
    return "done";
  }
}
