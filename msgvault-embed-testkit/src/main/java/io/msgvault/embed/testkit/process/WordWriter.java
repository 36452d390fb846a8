package io.msgvault.embed.testkit.process;

import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.testkit.OtherProcess;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Another process that writes words until it is killed. It writes the versions of some messages,
 * one after the other, and answers with the number of each version that it has written.
 */
public final class WordWriter {
  /** The messages that each version consists of. */
  public static final List<Long> IDS = LongStream.rangeClosed(1, 5).boxed().toList();

  private WordWriter() {}

  /** Starts a writer that goes on behind a version. */
  public static ChildProcess start(OtherProcess storage, long version) {
    return ChildProcess.start(
        WordWriter.class, Stream.of(storage.opener().getName(), storage.location(), version));
  }

  /** Returns all messages of a version. It is their revision, and they have its {@link #words}. */
  public static List<MessageWords> messages(long version) {
    return IDS.stream()
        .map(
            id ->
                new MessageWords(
                    id,
                    version,
                    Map.of(WordField.SUBJECT, "always", WordField.BODY, words(version))))
        .toList();
  }

  /** Returns the words that only this version has. */
  public static String words(long version) {
    return "first" + version + " second" + version;
  }

  /** The writer's side. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    PrintStream answer =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    WordIndex index = ChildProcess.opener(arguments[0]).words(arguments[1]);
    for (long version = Long.parseLong(arguments[2]) + 1; !answer.checkError(); version++) {
      index.upsert(messages(version));
      answer.println(version);
    }
  }
}
