package io.msgvault.embed.search;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchUnavailableException.Reason;
import io.msgvault.embed.store.KeywordCandidates;
import io.msgvault.embed.store.KeywordQuery;
import io.msgvault.embed.store.KeywordQuery.Term;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.text.ReadableText;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds messages by their words. The store proposes candidates, and {@link Bm25} ranks their
 * {@linkplain ReadableText readable texts}.
 */
final class KeywordSignal {
  /** Bounds the messages that are in memory at once, because bodies may be long. */
  static final int PAGE = 20;

  private final MessageStore messages;
  private final int maxBodyCharacters;
  private final ReadableText.Factory texts;
  private final double subjectBoost;

  /**
   * The ranking of a question.
   *
   * @param hits the matches, best first
   * @param hasMore whether messages beyond the candidates match
   * @param query the terms of the question
   * @param idfByTerm the IDF of each term that was searched
   */
  record Answer(
      List<Bm25.Hit> hits, boolean hasMore, KeywordQuery query, Map<Term, Double> idfByTerm) {}

  KeywordSignal(MessageStore messages, int maxBodyCharacters, double subjectBoost) {
    this.messages = messages;
    this.maxBodyCharacters = maxBodyCharacters;
    this.texts = new ReadableText.Factory(maxBodyCharacters);
    this.subjectBoost = subjectBoost;
  }

  /** Returns the messages that match a question best. */
  Answer topMatches(String question, MessageFilter filter, int limit) {
    if (!messages.supportsKeywordSearch()) {
      throw new SearchUnavailableException(
          Reason.NO_KEYWORDS,
          "the message store does not support keyword search: use vector search");
    }
    KeywordQuery query = KeywordQuery.parse(question);
    KeywordCandidates candidates = messages.keywordSearch(query, filter, limit);
    Bm25 ranking = new Bm25(query, candidates, subjectBoost);
    forEachLive(
        candidates.ids(),
        message ->
            ranking.add(message.id(), texts.of(message.subject(), message.text(), message.html())));
    return new Answer(ranking.ranked(), candidates.hasMore(), query, ranking.idfByTerm());
  }

  /** Visits the messages that are still live, in the order of their ids. */
  private void forEachLive(List<Long> ids, Consumer<Message> visitor) {
    for (int from = 0; from < ids.size(); from += PAGE) {
      messages
          .find(ids.subList(from, Math.min(ids.size(), from + PAGE)), maxBodyCharacters)
          .forEach(visitor);
    }
  }
}
