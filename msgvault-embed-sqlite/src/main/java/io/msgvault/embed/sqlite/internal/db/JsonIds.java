package io.msgvault.embed.sqlite.internal.db;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Passes any number of ids to SQL, as JSON arrays for {@code json_each}, one parameter each. */
public final class JsonIds {
  private static final int MAX_IDS_PER_ARRAY = 10_000;

  private JsonIds() {}

  /** Returns the ids without duplicates, ascending. */
  public static long[] sorted(Collection<Long> ids) {
    return ids.stream().mapToLong(Long::longValue).sorted().distinct().toArray();
  }

  /** Returns the ids in arrays of at most 10,000, in their order. */
  public static Iterable<String> arrays(long[] ids) {
    return () ->
        LongStream.iterate(0, from -> from < ids.length, from -> from + MAX_IDS_PER_ARRAY)
            .mapToObj(arrayFrom(ids))
            .iterator();
  }

  private static LongFunction<String> arrayFrom(long[] ids) {
    return from ->
        toJson(
            Arrays.copyOfRange(
                ids, (int) from, (int) Math.min(ids.length, from + MAX_IDS_PER_ARRAY)));
  }

  /** Returns the ids as one JSON array. */
  public static String toJson(long[] ids) {
    StringBuilder json = new StringBuilder(8 * ids.length + 2);
    for (long id : ids) {
      json.append(json.isEmpty() ? '[' : ',').append(id);
    }
    return json.append(json.isEmpty() ? "[]" : "]").toString();
  }
}
