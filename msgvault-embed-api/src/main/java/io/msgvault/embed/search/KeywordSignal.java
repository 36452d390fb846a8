package io.msgvault.embed.search;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.KeywordQuery.Term;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds messages by their words: the store proposes candidates, {@link Bm25} ranks them by what a
 * reader would see of them.
 */
final class KeywordSignal {
  /** So many messages are in memory at once: bodies may be long. */
  static final int PAGE = 20;

  private final MessageStore messages;
  private final int bodyCharacters;
  private final ReadableText.Factory texts;
  private final double subjectBoost;

  /**
   * What was found, best first.
   *
   * @param idfByTerm how much each term of the question counts
   */
  record Answer(
      List<Bm25.Hit> hits, boolean hasMore, KeywordQuery query, Map<Term, Double> idfByTerm) {}

  KeywordSignal(MessageStore messages, int bodyCharacters, double subjectBoost) {
    this.messages = messages;
    this.bodyCharacters = bodyCharacters;
    this.texts = new ReadableText.Factory(bodyCharacters);
    this.subjectBoost = subjectBoost;
  }

  /** The messages that share most with a question. */
  Answer topMatches(String question, MessageFilter filter, int limit) {
    if (!messages.supportsKeywordSearch()) {
      throw new SearchUnavailableException(
          Reason.NO_KEYWORDS, "this archive's store does not search keywords: search by meaning");
    }
    KeywordQuery query = KeywordQuery.parse(question);
    KeywordCandidates candidates = messages.keywordSearch(query, filter, limit);
    Bm25 ranking = new Bm25(query, candidates, subjectBoost);
    read(candidates.ids(), message -> ranking.add(message.id(), texts.of(message)));
    return new Answer(ranking.ranked(), candidates.hasMore(), query, ranking.idfByTerm());
  }

  /** Goes through the messages of these ids that are still live, in the order of the ids. */
  private void read(List<Long> ids, Consumer<Message> use) {
    for (int from = 0; from < ids.size(); from += PAGE) {
      messages
          .find(ids.subList(from, Math.min(ids.size(), from + PAGE)), bodyCharacters)
          .forEach(use);
    }
  }
}
