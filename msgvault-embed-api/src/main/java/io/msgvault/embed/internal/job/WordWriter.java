package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.ReadableText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the words of messages and writes them. */
final class WordWriter {
  /** Bounds the messages whose bodies are in memory at once. */
  private static final int READ_PAGE = 64;

  /** The most messages that are listed at once. */
  private static final int LIST_PAGE = 2_000;

  /** The most messages in one write. A commit has a fixed cost, whatever it holds. */
  private static final int WRITE_PAGE = 2_000;

  /** The most characters in one write, over all its texts. */
  private static final long WRITE_CHARACTERS = 8_000_000;

  private final MessageStore messages;
  private final WordIndex words;
  private final int maxBodyCharacters;
  private final boolean othersWrite;
  private final Runnable checkpoint;
  private final ReadableText.Factory texts;

  /**
   * Creates a writer.
   *
   * @param othersWrite whether other workers may write words of the same messages
   * @param checkpoint runs before each write; it throws if no more may be written
   */
  WordWriter(JobSettings job, WordIndex words, boolean othersWrite, Runnable checkpoint) {
    this.messages = job.messages();
    this.words = words;
    this.maxBodyCharacters = job.text().maxBodyCharacters();
    this.othersWrite = othersWrite;
    this.checkpoint = checkpoint;
    this.texts = new ReadableText.Factory(maxBodyCharacters);
  }

  /** Returns the ids of those messages that have no words of the revision given. */
  List<Long> lacking(Collection<MessageRevision> present) {
    Map<Long, Long> indexed =
        revisions(words.entries(present.stream().map(MessageRevision::messageId).toList()));
    return present.stream()
        .filter(message -> !isRevision(indexed.get(message.messageId()), message.revision()))
        .map(MessageRevision::messageId)
        .toList();
  }

  /**
   * Writes the words of the messages above an id that need work and have none (EJ-22).
   *
   * @return the id of the last message that needs work, or {@code afterId} if there is none
   */
  long writeNeeded(long generation, Scope scope, long afterId) {
    long after = afterId;
    List<MessageRevision> page;
    do {
      checkpoint.run();
      page = messages.needingWork(generation, scope, after, LIST_PAGE);
      if (!page.isEmpty()) {
        writePresent(lacking(page));
        after = page.get(page.size() - 1).messageId();
      }
    } while (page.size() == LIST_PAGE);
    return after;
  }

  /** Writes the words of these messages as they were read, where the index has none of these. */
  void writeAsRead(List<Message> read) {
    Set<Long> lacking =
        new HashSet<>(
            lacking(read.stream().map(m -> new MessageRevision(m.id(), m.revision())).toList()));
    if (!lacking.isEmpty()) {
      write(wordsOf(read.stream().filter(m -> lacking.contains(m.id())).toList()));
    }
  }

  /** Reads messages and writes their words. Those that are not live are left out. */
  void writePresent(List<Long> ids) {
    List<MessageWords> batch = new ArrayList<>();
    long characters = 0;
    for (int from = 0; from < ids.size(); from += READ_PAGE) {
      List<Long> page = ids.subList(from, Math.min(ids.size(), from + READ_PAGE));
      for (MessageWords made : wordsOf(messages.find(page, maxBodyCharacters))) {
        batch.add(made);
        characters += made.texts().values().stream().mapToLong(String::length).sum();
        if (batch.size() >= WRITE_PAGE || characters >= WRITE_CHARACTERS) {
          writeAndCheck(batch);
          batch = new ArrayList<>();
          characters = 0;
        }
      }
    }
    writeAndCheck(batch);
  }

  /**
   * Deletes the words of messages that are not live in scope. One that is by now gets its words
   * back, since another worker may have written them just before.
   *
   * @param scope the messages that have words
   */
  void delete(List<Long> ids, MessageFilter scope) {
    if (!ids.isEmpty()) {
      checkpoint.run();
      messages.sync();
      words.delete(ids);
      writePresent(List.copyOf(messages.filterIds(ids, scope)));
    }
  }

  private void writeAndCheck(List<MessageWords> batch) {
    if (!batch.isEmpty()) {
      write(batch);
      if (othersWrite) {
        check(batch);
      }
    }
  }

  private void write(List<MessageWords> batch) {
    checkpoint.run();
    messages.sync();
    words.upsert(batch);
  }

  /**
   * Looks again at what was written. Another worker may have written later words in between, and
   * stamped the message. So the words of a message that has changed are written once more.
   */
  private void check(List<MessageWords> written) {
    List<Long> ids = written.stream().map(MessageWords::messageId).toList();
    Map<Long, Long> present =
        messages.find(ids, 1).stream().collect(Collectors.toMap(Message::id, Message::revision));
    List<Long> gone = ids.stream().filter(id -> !present.containsKey(id)).toList();
    List<Long> changed =
        written.stream()
            .filter(message -> present.containsKey(message.messageId()))
            .filter(message -> !isRevision(present.get(message.messageId()), message.revision()))
            .map(MessageWords::messageId)
            .toList();
    delete(gone, MessageFilter.ALL);
    writePresent(changed);
  }

  private static boolean isRevision(@Nullable Long found, long revision) {
    return found != null && found == revision;
  }

  private static Map<Long, Long> revisions(List<MessageRevision> entries) {
    return entries.stream()
        .collect(Collectors.toMap(MessageRevision::messageId, MessageRevision::revision));
  }

  private List<MessageWords> wordsOf(List<Message> read) {
    Map<Long, MessageDetails> details =
        messages.details(read.stream().map(Message::id).toList()).stream()
            .collect(Collectors.toMap(MessageDetails::messageId, Function.identity()));
    return read.stream().map(message -> wordsOf(message, details.get(message.id()))).toList();
  }

  private MessageWords wordsOf(Message message, @Nullable MessageDetails details) {
    ReadableText readable = texts.of(message.subject(), message.text(), message.html());
    Map<WordField, String> fields = new EnumMap<>(WordField.class);
    fields.put(WordField.SUBJECT, readable.subject());
    fields.put(WordField.BODY, readable.body());
    if (details != null) { // else it was deleted just now
      fields.put(WordField.PEOPLE, String.join("\n", details.people()));
      fields.put(WordField.ATTACHMENTS, String.join("\n", details.attachments()));
    }
    return new MessageWords(message.id(), message.revision(), fields);
  }
}
