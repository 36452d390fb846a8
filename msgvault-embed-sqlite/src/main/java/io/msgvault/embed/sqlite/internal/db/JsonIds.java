package io.msgvault.embed.sqlite.internal.db;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Hands any number of ids to SQL: as JSON arrays for {@code json_each}, one parameter each. */
public final class JsonIds {
  private static final int MAX_IDS_PER_ARRAY = 10_000;

  private JsonIds() {}

  /** The ids, each once, ascending. */
  public static long[] sorted(Collection<Long> ids) {
    return ids.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
  }

  /** Cuts ids into arrays that are not too long, in their order. */
  public static Iterable<String> arrays(long[] ids) {
    return () ->
        LongStream.iterate(0, from -> from < ids.length, from -> from + MAX_IDS_PER_ARRAY)
            .mapToObj(from(ids))
            .iterator();
  }

  private static LongFunction<String> from(long[] ids) {
    return from ->
        toJson(
            Arrays.copyOfRange(
                ids, (int) from, (int) Math.min(ids.length, from + MAX_IDS_PER_ARRAY)));
  }

  public static String toJson(long[] ids) {
    StringBuilder json = new StringBuilder(8 * ids.length + 2);
    for (long id : ids) {
      json.append(json.isEmpty() ? '[' : ',').append(id);
    }
    return json.append(json.isEmpty() ? "[]" : "]").toString();
  }
}
