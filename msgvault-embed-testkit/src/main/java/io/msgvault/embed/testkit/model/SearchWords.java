package io.msgvault.embed.testkit.model;

import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.ReadableText;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.Collection;
import java.util.Map;

/** Gives a searcher the words of messages without a job. */
public final class SearchWords {
  private SearchWords() {}

  /** Returns an index in memory that holds the words of these messages, if they are live. */
  public static WordIndex of(MessageStore messages, Collection<Long> ids) {
    WordIndex words =
        new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordAnalyzer.english());
    words.bind(messages.archiveId());
    write(messages, ids, words);
    return words;
  }

  /** Writes the words of these messages, if they are live. */
  public static void write(MessageStore messages, Collection<Long> ids, WordIndex words) {
    ReadableText.Factory texts =
        new ReadableText.Factory(StorageUnderTest.POLICY.maxBodyCharacters());
    words.upsert(
        messages.find(ids, StorageUnderTest.POLICY.maxBodyCharacters()).stream()
            .map(message -> words(message, texts))
            .toList());
  }

  private static MessageWords words(Message message, ReadableText.Factory texts) {
    ReadableText text = texts.of(message.subject(), message.text(), message.html());
    return new MessageWords(
        message.id(),
        message.revision(),
        Map.of(WordField.SUBJECT, text.subject(), WordField.BODY, text.body()));
  }
}
