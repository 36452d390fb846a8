package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.pgvector.internal.words.Places.Place;
import java.util.ArrayList;
import java.util.List;

/** Finds terms that only obsolete documents have: they count as being nowhere (WI-9). */
final class Obsolete {
  /** How many documents are looked up at once; nearly always one of them is current. */
  private static final int AT_ONCE = 200;

  private final WordDao dao;
  private final long obsolete;

  /**
   * Prepares.
   *
   * @param obsolete how many documents are obsolete
   */
  Obsolete(WordDao dao, long obsolete) {
    this.dao = dao;
    this.obsolete = obsolete;
  }

  /**
   * Returns whether all documents that have a term are obsolete.
   *
   * @param frequency how many there are
   */
  boolean isWhole(Lists lists, byte[] key, long frequency) {
    if (frequency > obsolete) {
      return false;
    }
    List<Place> some = new ArrayList<>();
    long seen = 0;
    for (long segment : lists.segments()) {
      for (TermList part : lists.of(segment, key)) {
        TermList.Cursor cursor = part.cursor();
        while (cursor.next()) {
          seen++;
          some.add(new Place(segment, cursor.document()));
          if (some.size() == AT_ONCE) {
            if (hasCurrent(some)) {
              return false;
            }
            some.clear();
          }
        }
      }
    }
    boolean none = !hasCurrent(some);
    return (none && seen < frequency)
        ? isWhole(Lists.of(dao, List.of(key), Integer.MAX_VALUE), key, frequency)
        : none;
  }

  private boolean hasCurrent(List<Place> places) {
    return !places.isEmpty() && !Places.messagesAt(dao, places).isEmpty();
  }
}
