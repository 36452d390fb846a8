package io.msgvault.embed.store;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Holds the texts of one message whose words are to be found.
 *
 * @param messageId the message's id, positive
 * @param revision the revision of the content they come from
 * @param texts the text of each field, in the order of the fields; a field that is missing is empty
 */
public record MessageWords(long messageId, long revision, Map<WordField, String> texts) {
  /** Copies the map, and checks the id's range. */
  public MessageWords {
    if (messageId <= 0) {
      throw new IllegalArgumentException("an id must be positive, but is " + messageId);
    }
    Map<WordField, String> copy = new EnumMap<>(WordField.class);
    copy.putAll(texts);
    texts = Collections.unmodifiableMap(copy);
  }

  /**
   * Requires that a batch can be written.
   *
   * @param batch the messages
   * @throws IllegalArgumentException if a message comes twice
   */
  public static void requireValid(Collection<MessageWords> batch) {
    Set<Long> ids = new HashSet<>();
    for (MessageWords message : batch) {
      if (!ids.add(message.messageId)) {
        throw new IllegalArgumentException(
            "message " + message.messageId + " comes twice in one batch");
      }
    }
  }
}
