package io.msgvault.embed.search;

import io.msgvault.embed.KeywordCandidates;
import io.msgvault.embed.KeywordQuery;
import io.msgvault.embed.KeywordQuery.Term;
import io.msgvault.embed.Message;
import io.msgvault.embed.MessageFilter;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds messages by their words: the store proposes candidates, {@link Bm25} ranks them by what a
 * reader would see of them.
 */
final class KeywordSignal {
  /** So many messages are in memory at once: bodies may be long. */
  static final int SLICE = 20;

  private final MessageStore messages;
  private final int bodyCharacters;
  private final ReadableText.Maker texts;
  private final double subjectBoost;

  /**
   * What was found, best first.
   *
   * @param weights how much each term of the question counts
   */
  record Answer(List<Bm25.Hit> hits, boolean more, KeywordQuery query, Map<Term, Double> weights) {}

  KeywordSignal(MessageStore messages, int bodyCharacters, double subjectBoost) {
    this.messages = messages;
    this.bodyCharacters = bodyCharacters;
    this.texts = new ReadableText.Maker(bodyCharacters);
    this.subjectBoost = subjectBoost;
  }

  /** The messages that share most with a question. */
  Answer best(String question, MessageFilter filter, int limit) {
    if (!messages.searchesKeywords()) {
      throw new SearchUnavailableException(
          Reason.NO_KEYWORDS, "this archive's store does not search keywords: search by meaning");
    }
    KeywordQuery query = KeywordQuery.parse(question);
    KeywordCandidates candidates = messages.keywordSearch(query, filter, limit);
    Bm25 ranking = new Bm25(query, candidates, subjectBoost);
    read(candidates.ids(), message -> ranking.add(message.id(), texts.of(message)));
    return new Answer(ranking.ranked(), candidates.more(), query, ranking.weights());
  }

  /** Goes through the messages of these ids that are still live, in the order of the ids. */
  private void read(List<Long> ids, Consumer<Message> use) {
    for (int from = 0; from < ids.size(); from += SLICE) {
      messages
          .find(ids.subList(from, Math.min(ids.size(), from + SLICE)), bodyCharacters)
          .forEach(use);
    }
  }
}
