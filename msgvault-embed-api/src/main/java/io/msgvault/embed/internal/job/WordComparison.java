package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.WordFindings;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.WordIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the live messages in scope with their words, in both directions (EJ-23). It walks both
 * side by side, by id ascending. Words that are missing or of another revision are written, and
 * those of other messages are deleted.
 */
final class WordComparison {
  private static final int PAGE = 2_000;

  private final MessageStore messages;
  private final Scope scope;
  private final WordIndex words;
  private final Optional<WordWriter> repair;
  private final Runnable checkpoint;

  private final List<Long> toWrite = new ArrayList<>();
  private final List<Long> notLive = new ArrayList<>();
  private long missing;
  private long stale;
  private long orphans;

  private WordComparison(
      JobSettings job, WordIndex words, Optional<WordWriter> repair, Runnable checkpoint) {
    this.messages = job.messages();
    this.scope = job.scope();
    this.words = words;
    this.repair = repair;
    this.checkpoint = checkpoint;
  }

  /** Finds the differences and repairs them. */
  static WordFindings repair(
      JobSettings job, WordIndex words, WordWriter writer, Runnable checkpoint) {
    return new WordComparison(job, words, Optional.of(writer), checkpoint).compare();
  }

  /** Finds the differences and changes nothing. */
  static WordFindings verify(JobSettings job, WordIndex words) {
    return new WordComparison(job, words, Optional.empty(), () -> {}).compare();
  }

  private WordFindings compare() {
    PagedCursor live = new PagedCursor(after -> messages.live(scope, after, PAGE), checkpoint);
    PagedCursor indexed = new PagedCursor(after -> words.entries(after, PAGE), checkpoint);
    while (live.peekId() != PagedCursor.END || indexed.peekId() != PagedCursor.END) {
      if (live.peekId() < indexed.peekId()) {
        missing++;
        toWrite.add(live.next().messageId());
      } else if (indexed.peekId() < live.peekId()) {
        notLive.add(indexed.next().messageId());
      } else {
        MessageRevision message = live.next();
        if (message.revision() != indexed.next().revision()) {
          stale++;
          toWrite.add(message.messageId());
        }
      }
      if (toWrite.size() + notLive.size() >= PAGE) {
        flush();
      }
    }
    flush();
    return new WordFindings(missing, stale, orphans);
  }

  private void flush() {
    checkpoint.run();
    // A message may have come to life since the page was read.
    Set<Long> inScope = messages.filterIds(notLive, scope.asFilter());
    List<Long> gone = notLive.stream().filter(id -> !inScope.contains(id)).toList();
    orphans += gone.size();
    repair.ifPresent(
        writer -> {
          writer.writePresent(List.copyOf(toWrite));
          writer.delete(gone, scope.asFilter());
        });
    toWrite.clear();
    notLive.clear();
  }
}
