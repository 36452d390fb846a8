package io.msgvault.embed.sqlite.powercut;

import io.msgvault.embed.sqlite.SqlClient;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.sqlite.UnsyncedVectors;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Faults that the checks must find. None changes the library: each stands beside or around it. */
enum Plant {
  NONE,
  /** The vectors are committed and not synced. */
  SYNCHRONOUS_NORMAL,
  /** Messages are stamped before their vectors are written. */
  EARLY_STAMP,
  /** The id of a generation is committed and not synced. */
  UNSYNCED_GENERATION,
  /** The directory of words is written and not synced. */
  UNSYNCED_WORDS,
  /** The indexes follow what the archive shows before the archive has synced it. */
  UNSYNCED_ARCHIVE;

  /** Returns what a path must contain so that its syncs are left out. */
  String unsyncedPaths() {
    return this == UNSYNCED_WORDS ? "words" : "";
  }

  /** Opens the stores of a job, with the fault. */
  Stores open(CutFiles files) {
    MessageStore messages = SqliteMessageStore.open(files.archive());
    return switch (this) {
      case SYNCHRONOUS_NORMAL -> new Stores(messages, UnsyncedVectors.open(files.vectors()));
      case EARLY_STAMP -> earlyStamp(messages, SqliteVectorStore.open(files.vectors()));
      case UNSYNCED_GENERATION ->
          new Stores(
              replace(messages, "reserveGenerationId", above -> reserve(files, (Long) above[0])),
              SqliteVectorStore.open(files.vectors()));
      case UNSYNCED_ARCHIVE ->
          new Stores(
              replace(messages, "sync", nothing -> null), SqliteVectorStore.open(files.vectors()));
      case NONE, UNSYNCED_WORDS -> new Stores(messages, SqliteVectorStore.open(files.vectors()));
    };
  }

  /** The stores of a job. */
  record Stores(MessageStore messages, VectorStore vectors) {
    void close() {
      messages.close();
      vectors.close();
    }
  }

  private static long reserve(CutFiles files, long above) {
    try (SqlClient sql = new SqlClient(files.archive())) {
      sql.run("PRAGMA synchronous = NORMAL");
      sql.run("UPDATE embed_archive SET generation = max(generation, ?) + 1", above);
      Object reserved = sql.column("SELECT generation FROM embed_archive").get(0);
      return ((Number) Objects.requireNonNull(reserved)).longValue();
    }
  }

  private static Stores earlyStamp(MessageStore messages, VectorStore vectors) {
    List<Runnable> late = new ArrayList<>();
    Work upsert =
        arguments -> {
          long generation = (Long) arguments[0];
          List<MessageVectors> batch = new ArrayList<>();
          ((Collection<?>) arguments[1]).forEach(each -> batch.add((MessageVectors) each));
          late.add(() -> vectors.upsert(generation, batch));
          return null;
        };
    MessageStore stamping =
        MessageStore.class.cast(
            Proxy.newProxyInstance(
                MessageStore.class.getClassLoader(),
                new Class<?>[] {MessageStore.class},
                (proxy, method, arguments) -> {
                  Object result = call(() -> method.invoke(messages, arguments));
                  if (method.getName().equals("stamp")) {
                    late.forEach(Runnable::run);
                    late.clear();
                  }
                  return result;
                }));
    return new Stores(stamping, replaceIn(VectorStore.class, vectors, "upsert", upsert));
  }

  /** Stands in for a method. */
  private interface Work {
    @Nullable Object with(Object[] arguments);
  }

  private static MessageStore replace(MessageStore store, String name, Work work) {
    return replaceIn(MessageStore.class, store, name, work);
  }

  private static <T> T replaceIn(Class<T> type, T store, String name, Work work) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                method.getName().equals(name)
                    ? work.with(arguments == null ? new Object[0] : arguments)
                    : call(() -> method.invoke(store, arguments))));
  }

  private interface Call {
    @Nullable Object run() throws ReflectiveOperationException;
  }

  private static @Nullable Object call(Call call) throws Throwable {
    try {
      return call.run();
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
