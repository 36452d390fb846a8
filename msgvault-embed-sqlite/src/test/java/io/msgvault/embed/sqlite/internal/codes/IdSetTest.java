package io.msgvault.embed.sqlite.internal.codes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class IdSetTest {
  @Property(tries = 500)
  void containsIdsInAnyOrder(
      @ForAll Set<@LongRange(min = 1, max = 30) Long> ids,
      @ForAll List<@LongRange(min = 0, max = 31) Long> candidates) {
    IdSet set = new IdSet(ids.stream().mapToLong(Long::longValue).sorted().toArray());

    for (long id : candidates) {
      assertEquals(ids.contains(id), set.contains(id));
    }
  }
}
