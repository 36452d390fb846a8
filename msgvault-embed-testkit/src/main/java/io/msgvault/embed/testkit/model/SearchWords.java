package io.msgvault.embed.testkit.model;

import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordField;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.ReadableText;
import java.util.Collection;
import java.util.Map;

/** Writes words without a job, for tests of searches. */
public final class SearchWords {
  private SearchWords() {}

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
