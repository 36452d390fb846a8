package io.msgvault.embed.search;

import io.msgvault.embed.search.SearchUnavailableException.Reason;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.NewerSchemaException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordPolicyException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** Finds messages by their words, in the word index. */
final class KeywordSignal {
  private final MessageStore messages;
  private final Optional<WordIndex> words;

  /** Whether the index is known to belong to this archive. A bound index stays bound. */
  private volatile boolean archiveMatches;

  /**
   * The ranking of a question.
   *
   * @param question the terms of the question, and their index
   * @param hits the live messages that match best, best first
   */
  record Answer(WordsOfQuestion question, List<WordHit> hits) {}

  /**
   * What the index knows of some messages.
   *
   * @param scores the scores of those that match the question, by id
   * @param unknown those that the index does not hold
   */
  record Lookup(Map<Long, WordHit> scores, Set<Long> unknown) {
    static final Lookup NOTHING = new Lookup(Map.of(), Set.of());
  }

  KeywordSignal(MessageStore messages, Optional<WordIndex> words) {
    this.messages = messages;
    this.words = words;
  }

  /** Returns the messages that match a question best. */
  Answer topMatches(String text, Matches matches, int limit) {
    return unlessLost(() -> search(text, matches, limit));
  }

  private Answer search(String text, Matches matches, int limit) {
    WordIndex index = requireIndex();
    WordsOfQuestion question = WordsOfQuestion.of(text, index);
    if (matches.listed().isPresent()) {
      List<WordHit> found = index.search(question.query(), limit, matches.listed().get());
      return new Answer(question, matches.keep(found, WordHit::messageId));
    }
    int wanted = limit;
    while (true) {
      List<WordHit> found = index.search(question.query(), wanted);
      List<WordHit> hits = matches.keep(found, WordHit::messageId);
      if (found.size() < wanted || hits.size() >= limit) {
        return new Answer(question, hits.stream().limit(limit).toList());
      }
      wanted = Matches.widen(wanted, hits.size(), limit);
    }
  }

  /**
   * Returns what the index knows of these messages, by the scores that all messages have.
   *
   * @param complete whether the index is said to hold all messages
   */
  static Lookup lookUp(WordsOfQuestion question, Collection<Long> ids, boolean complete) {
    Map<Long, WordHit> scores = new HashMap<>();
    Set<Long> unknown = new HashSet<>();
    if (!ids.isEmpty()) {
      for (WordHit hit : question.index().search(question.query(), ids.size(), ids)) {
        scores.put(hit.messageId(), hit);
      }
    }
    if (!complete) {
      unknown.addAll(ids);
      unknown.removeAll(scores.keySet());
      for (MessageRevision held : question.index().entries(Set.copyOf(unknown))) {
        unknown.remove(held.messageId());
      }
    }
    return new Lookup(scores, unknown);
  }

  /**
   * An index that was lost is made anew by the job, and cannot answer until then. One that was made
   * anew in another way cannot answer before it is opened in that way.
   */
  private static <T> T unlessLost(Supplier<T> search) {
    try {
      return search.get();
    } catch (NotInstalledException
        | BrokenIndexException
        | WordPolicyException
        | NewerSchemaException e) {
      throw new SearchUnavailableException(
          Reason.NO_KEYWORDS, "the word index cannot be read: " + e.getMessage(), e);
    }
  }

  private WordIndex requireIndex() {
    WordIndex index =
        words.orElseThrow(
            () ->
                new SearchUnavailableException(
                    Reason.NO_KEYWORDS,
                    "the searcher has no word index: build it with one, or search by vectors"));
    if (!archiveMatches) {
      Optional<UUID> bound = index.archive();
      ArchiveCheck.requireSame("word index", bound, messages);
      archiveMatches = bound.isPresent();
    }
    return index;
  }
}
