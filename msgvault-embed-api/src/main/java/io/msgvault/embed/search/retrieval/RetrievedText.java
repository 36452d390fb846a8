package io.msgvault.embed.search.retrieval;

import io.msgvault.embed.search.SearchHit;
import java.util.Map;

/**
 * A text that answers a question, for a language model to read.
 *
 * @param hit the hit, with the id of the message and its scores
 * @param text the text, not empty
 * @param metadata what is known of the message, by {@link MetadataKeys}: {@code message_id} as a
 *     {@code Long}; {@code subject}, {@code people}, {@code attachments}, {@code sent_at} and
 *     {@code conversation} as a {@code String}, each only if it is known and not empty
 */
public record RetrievedText(SearchHit hit, String text, Map<String, Object> metadata) {
  /** Copies the map. */
  public RetrievedText {
    metadata = Map.copyOf(metadata);
  }
}
