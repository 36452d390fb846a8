package io.msgvault.embed.testkit.model;

import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordIndex;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A call that changes an index of words.
 *
 * @param instance which of two instances is called
 * @param ids the messages
 * @param revision the revision to write; 0 deletes the messages
 * @param text the subject to write
 */
public record WordAction(int instance, Set<Long> ids, long revision, String text) {
  /** Makes the call. */
  public void applyTo(WordIndex index) {
    if (revision == 0) {
      index.delete(ids);
    } else {
      List<MessageWords> batch =
          ids.stream()
              .map(id -> new MessageWords(id, revision, Map.of(WordField.SUBJECT, text)))
              .toList();
      index.upsert(batch);
    }
  }

  @Override
  public String toString() {
    String call = revision == 0 ? "delete " + ids : "upsert " + ids + " @" + revision + " " + text;
    return call + " by " + (instance == 0 ? "A" : "B");
  }
}
