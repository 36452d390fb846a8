package io.msgvault.embed.search;

import io.msgvault.embed.search.SearchHit.Passage;
import io.msgvault.embed.search.WordsOfQuestion.WeighedWords;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.text.TextPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads messages and cuts their passages out. */
final class HitReader {
  /** Bounds the messages that are in memory at once, because bodies may be long. */
  private static final int PAGE = 20;

  private final MessageStore messages;
  private final int maxBodyCharacters;
  private final Passages passages;

  HitReader(MessageStore messages, TextPolicy text) {
    this.messages = messages;
    this.maxBodyCharacters = text.maxBodyCharacters();
    this.passages = new Passages(text);
  }

  /**
   * Returns the passages of messages, by id; those of messages that are gone are missing.
   *
   * @param limit the maximum number of passages of a message; 0 reads nothing
   */
  Map<Long, List<Passage>> passages(
      List<Candidate> candidates, int limit, Optional<WordsOfQuestion> question) {
    Map<Long, List<Passage>> found = new HashMap<>();
    if (limit == 0 || candidates.isEmpty()) {
      return found;
    }
    Optional<WeighedWords> weighed = question.map(WordsOfQuestion::weigh);
    for (int from = 0; from < candidates.size(); from += PAGE) {
      Map<Long, Candidate> slice = new HashMap<>();
      candidates
          .subList(from, Math.min(candidates.size(), from + PAGE))
          .forEach(candidate -> slice.put(candidate.messageId(), candidate));
      for (Message message : messages.find(slice.keySet(), maxBodyCharacters)) {
        Candidate candidate = slice.get(message.id());
        if (candidate != null) {
          found.put(message.id(), passages.of(message, candidate, limit, weighed));
        }
      }
    }
    return found;
  }
}
