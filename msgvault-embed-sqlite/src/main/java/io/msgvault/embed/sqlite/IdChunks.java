package io.msgvault.embed.sqlite;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Hands any number of ids to SQL: as JSON arrays for {@code json_each}, one parameter each. */
final class IdChunks {
  private static final int MOST = 10_000;

  private IdChunks() {}

  /** The ids, each once, ascending. */
  static long[] sorted(Collection<Long> ids) {
    return ids.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
  }

  /** Cuts ids into arrays that are not too long, in their order. */
  static Iterable<String> of(long[] ids) {
    return () ->
        LongStream.iterate(0, from -> from < ids.length, from -> from + MOST)
            .mapToObj(from(ids))
            .iterator();
  }

  private static LongFunction<String> from(long[] ids) {
    return from ->
        json(Arrays.copyOfRange(ids, (int) from, (int) Math.min(ids.length, from + MOST)));
  }

  static String json(long[] ids) {
    StringBuilder json = new StringBuilder(8 * ids.length + 2);
    for (long id : ids) {
      json.append(json.isEmpty() ? '[' : ',').append(id);
    }
    return json.append(json.isEmpty() ? "[]" : "]").toString();
  }
}
